/** How a certificate's challenges are fulfilled, as a person said it. Kept sealed: `dnsOptions` can hold secrets. */
export interface ChallengeSettings {
  readonly type: 'http-01' | 'dns-01' | 'dns-account-01' | 'dns-persist-01' | 'tls-alpn-01'
  readonly httpPort?: number
  readonly tlsPort?: number
  readonly webroot?: string
  readonly dns?: string
  readonly dnsOptions?: Readonly<Record<string, string>>
  /** `ADDRESS:PORT` of recursive resolvers; the system's where absent. */
  readonly resolvers?: readonly string[]
  readonly propagationCheck?: boolean
  /** The name above all others, or one of them, that is proven in their stead (RFC 9444), at a CA that allows it. */
  readonly ancestor?: string
}

type ChallengeType = ChallengeSettings['type']

const byDns: ReadonlySet<ChallengeType> = new Set(['dns-01', 'dns-account-01', 'dns-persist-01'])

/** Whether names are proven by DNS records: wildcards only so, and IP addresses never. */
export function isByDns(type: ChallengeType): boolean {
  return byDns.has(type)
}

/** Whether a DNS provider publishes the answers. */
export function publishes(type: ChallengeType): boolean {
  return isByDns(type) && type !== 'dns-persist-01'
}
