import { Resolver } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import { ValidationFailure } from './failure.ts'

export interface CaaProperty {
  readonly critical: boolean
  /** Lower case. */
  readonly tag: string
  readonly value: string
}

/** Asks the resolver. What it cannot answer fails the validation with `dns`. */
export interface Lookup {
  /** IPv6 before IPv4. Never empty. */
  addresses(name: string): Promise<readonly string[]>
  /** The values of the TXT records, CNAMEs followed. Empty where the name has none. */
  texts(name: string): Promise<readonly string[]>
  /** Empty where the name has none or does not exist. */
  caa(name: string): Promise<readonly CaaProperty[]>
}

type Outcome<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'empty' | 'missing' }

/** A chain of CNAMEs that is longer than this is a loop. */
const LONGEST_CHAIN = 10

/** A resolver for one validation, with a cache of nothing. The signal ends what is being asked. */
export function createLookup(
  { address, port }: { readonly address: string; readonly port: number },
  signal: AbortSignal,
): Lookup {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  resolver.setServers([isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`])
  signal.addEventListener('abort', () => resolver.cancel(), { once: true })

  const ask = async <T>(kind: string, name: string, query: Promise<T[]>): Promise<Outcome<T>> => {
    try {
      return { kind: 'found', records: await query }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENODATA') return { kind: 'empty' }
      if (code === 'ENOTFOUND') return { kind: 'missing' }
      const why = code?.replace(/^E/, '') ?? 'failure'
      throw new ValidationFailure('dns', `DNS problem: ${why} looking up ${kind} for ${name}`)
    }
  }
  const texts = async (name: string, links: number): Promise<readonly string[]> => {
    const found = await ask('TXT', name, resolver.resolveTxt(name))
    if (found.kind === 'found') return found.records.map((strings) => strings.join(''))
    const alias = await ask('CNAME', name, resolver.resolveCname(name))
    const target = alias.kind === 'found' ? alias.records[0] : undefined
    if (target !== undefined && links < LONGEST_CHAIN) return texts(target, links + 1)
    if (found.kind === 'empty' && target === undefined) return []
    const why = found.kind === 'missing' ? 'NXDOMAIN' : 'too many CNAMEs'
    throw new ValidationFailure('dns', `DNS problem: ${why} looking up TXT for ${name}`)
  }

  return {
    texts: async (name) => texts(name, 0),
    async addresses(name) {
      const [six, four] = await Promise.all([
        ask('AAAA', name, resolver.resolve6(name)),
        ask('A', name, resolver.resolve4(name)),
      ])
      const addresses = [six, four].flatMap((one) => (one.kind === 'found' ? one.records : []))
      if (addresses.length > 0) return addresses
      const why =
        four.kind === 'missing'
          ? `DNS problem: NXDOMAIN looking up A for ${name}`
          : `no valid A or AAAA records found for ${name}`
      throw new ValidationFailure('dns', why)
    },
    async caa(name) {
      const found = await ask('CAA', name, resolver.resolveCaa(name))
      if (found.kind !== 'found') return []
      return found.records.flatMap(({ critical, ...properties }) =>
        Object.entries(properties)
          .filter(([tag]) => tag !== 'type')
          .map(([tag, value]) => ({
            critical: (critical & 0x80) !== 0,
            tag: tag.toLowerCase(),
            value: String(value),
          })),
      )
    },
  }
}
