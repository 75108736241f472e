import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export function isLoopback(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Gives the address back, or throws a `TypeError`: the sandbox has no security of its own, so it
 * neither listens nor connects beyond this machine.
 */
export function loopbackAddress(address: string): string {
  if (!isLoopback(address)) throw new TypeError(`${address} is not a loopback address`)
  return address
}
