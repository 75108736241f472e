/** How a certificate's challenges are fulfilled, as a person said it. Kept sealed: `dnsOptions` can hold secrets. */
export interface ChallengeSettings {
  readonly type: 'http-01' | 'dns-01' | 'tls-alpn-01'
  readonly httpPort?: number
  readonly tlsPort?: number
  readonly webroot?: string
  readonly dns?: string
  readonly dnsOptions?: Readonly<Record<string, string>>
  /** `ADDRESS:PORT` of recursive resolvers; the system's where absent. */
  readonly resolvers?: readonly string[]
  readonly propagationCheck?: boolean
}
