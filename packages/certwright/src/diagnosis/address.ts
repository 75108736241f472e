import { BlockList, isIPv6 } from 'node:net'
import { recordTexts } from '../dns/query.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Finding } from './finding.ts'
import type { Lookup } from './lookup.ts'

/** The addresses of a name, IPv6 first, as a CA tries them; and what is to be said of them. */
export interface Addresses {
  readonly addresses: readonly string[]
  readonly findings: readonly Finding[]
}

/**
 * Looks up where a CA would connect to.
 *
 * @param isPublic Whether the CA is one of the internet, which reaches no private address.
 */
export async function addressesOf(
  name: string,
  isPublic: boolean,
  { resolver }: Pick<Lookup, 'resolver'>,
  signal?: AbortSignal,
): Promise<Addresses> {
  const replies = await Promise.all(
    (['AAAA', 'A'] as const).map(async (type) => {
      try {
        const { answers } = await resolver.ask({ name, type }, signal)
        return { addresses: recordTexts(answers, type) }
      } catch (error) {
        if (!(error instanceof CertwrightError)) throw error
        const answer = error.params['reason'] ?? error.message
        return { addresses: [], finding: unanswered(name, type, answer) }
      }
    }),
  )
  const addresses = [...new Set(replies.flatMap((reply) => reply.addresses))]
  const failures = replies.flatMap(({ finding }) => finding ?? [])
  return { addresses, findings: [...failures, ...judged(name, addresses, isPublic, failures)] }
}

function unanswered(about: string, type: string, answer: string | number): Finding {
  const params = { about, type, answer }
  return { area: 'address', level: 'warning', code: 'address-unanswered', params }
}

function judged(
  about: string,
  addresses: readonly string[],
  isPublic: boolean,
  failures: readonly Finding[],
): readonly Finding[] {
  if (addresses.length === 0) {
    return failures.length > 0
      ? []
      : [{ area: 'address', level: 'fault', code: 'address-none', params: { about } }]
  }
  const found: Finding = {
    area: 'address',
    level: 'ok',
    code: 'address-found',
    params: { about, addresses: addresses.join(', ') },
  }
  const hidden = addresses.filter((address) => isPublic && isPrivate(address))
  return [
    ...hidden.map((address): Finding => {
      const params = { about, address }
      return { area: 'address', level: 'warning', code: 'address-private', params }
    }),
    ...(hidden.length < addresses.length ? [found] : []),
  ]
}

/** IANA's special-purpose registries (RFC 6890), as far as names are really pointed there. */
const privateRanges = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateRanges.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateRanges.addSubnet(net, bits, 'ipv6')
}

/** Whether an address is reached only inside a network, or on this machine. */
export function isPrivate(address: string): boolean {
  return privateRanges.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/**
 * Whether a redirect leads from the internet into a network or this machine. No CA follows it, and nor must a
 * stranger's server send us there.
 */
export function leadsInside(from: string, to: string): boolean {
  return isPrivate(to) && !isPrivate(from)
}
