import { isIP } from 'node:net'
import { isLoopback } from '../../loopback.ts'
import { isDialError, reasonOf, ValidationFailure } from './failure.ts'
import type { Reach } from './validation.ts'

/**
 * Connects to the host's first IPv6 address and, only where that socket does not open, to its first
 * IPv4 address.
 */
export async function dial<T>(
  host: string,
  { lookup, record, standIns }: Reach,
  connect: (address: string) => Promise<T>,
): Promise<T> {
  const addresses = isIP(host) === 0 ? await lookup.addresses(host) : [host]
  record['addressesResolved'] = addresses
  const chosen = [6, 4].flatMap((family) => addresses.find((one) => isIP(one) === family) ?? [])
  let last: unknown
  for (const address of chosen) {
    const place = standIns[address] ?? address
    if (!isLoopback(place)) {
      throw new ValidationFailure('connection', `${address}: the sandbox connects to loopback only`)
    }
    record['addressUsed'] = address
    try {
      return await connect(place)
    } catch (error) {
      if (!isDialError(error)) throw error
      last = error
    }
  }
  const where = String(record['addressUsed'])
  throw new ValidationFailure('connection', `${where}: Connection failed (${reasonOf(last)})`)
}
