import { startAlibaba } from './alibaba/alibaba.ts'
import type { AlibabaOptions, RunningAlibaba } from './alibaba/alibaba.ts'
import { createAuthority } from './ca/authority.ts'
import type { AuthorityOptions } from './ca/authority.ts'
import type { RevokedSerial } from './ca/revoked-serial.ts'
import { startCa } from './ca/ca.ts'
import type { CertificateView, RunningCa } from './ca/ca.ts'
import type { CaKnobs, CaOptions } from './ca/options.ts'
import { createValidation } from './ca/validation/validation.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { createTsigKey, startDns } from './dns/dns.ts'
import type { RunningDns } from './dns/dns.ts'
import { plainName } from './dns/name.ts'
import { secondaryOf } from './dns/secondary.ts'
import type { TsigKey } from './dns/tsig.ts'
import { createZone } from './dns/zone.ts'
import type { Zone } from './dns/zone.ts'
import { freePort } from './free-port.ts'
import { loopbackAddress } from './loopback.ts'

export interface SandboxOptions {
  /** The zones to serve, each with addresses for all names in it. Default `example.test`. */
  readonly zones?: readonly string[]
  /** Gives the names in the zones `::1` beside `127.0.0.1`. Default false. */
  readonly ipv6?: boolean
  /** Port of the DNS server; the default 0 takes a free one. */
  readonly dnsPort?: number
  /** Where http-01 is looked for, instead of port 80. Default a free port, for you to listen on. */
  readonly httpPort?: number
  /** Where tls-alpn-01 is looked for, instead of port 443. Default a free port. */
  readonly tlsPort?: number
  /** A second authoritative server at another address and the same port, slow to follow. */
  readonly secondary?: SecondaryOptions
  readonly authority?: Pick<AuthorityOptions, 'chainLength' | 'alternateRoots' | 'keyAlgorithm'>
  /** The CA's behaviour, and where it listens. */
  readonly ca?: CaKnobs & Pick<CaOptions, 'host' | 'port' | 'names'>
  /** Alibaba Cloud beside them. Its DNS product hosts the zones, unless `seed` says which. */
  readonly alibaba?: true | Omit<AlibabaOptions, 'clock' | 'dns'>
  readonly clock?: Clock
}

export interface SecondaryOptions {
  /** Default `127.0.0.2`, which Linux has; macOS needs an alias for it. */
  readonly address?: string
  /** How many questions about a zone it answers from old data after each change. Default 0. */
  readonly lag?: number
}

export interface Sandbox {
  readonly directoryUrl: string
  /** The root to trust, and for this sandbox alone: each start makes a new one. */
  readonly rootPem: string
  /** That root and the others, where `authority.alternateRoots` made some. */
  readonly rootPems: readonly string[]
  readonly ca: RunningCa
  readonly dns: RunningDns
  /** The second server, where one was asked for. */
  readonly secondary?: RunningDns
  /** The first zone. */
  readonly zone: string
  readonly zones: readonly string[]
  /** Signs RFC 2136 updates of every zone. */
  readonly tsig: TsigKey
  /** `address:port` of the DNS server. */
  readonly resolver: string
  readonly httpPort: number
  readonly tlsPort: number
  /** Where it was asked for. */
  readonly alibaba?: RunningAlibaba
  /** What is revoked now, as a CRL in DER. */
  crl(): Promise<Uint8Array>
  close(): Promise<void>
}

/**
 * Starts a CA and a DNS server that know each other, and Alibaba Cloud's APIs where asked for.
 * Several can run in one process.
 */
export async function startSandbox(
  options: SandboxOptions & Required<Pick<SandboxOptions, 'alibaba'>>,
): Promise<Sandbox & Required<Pick<Sandbox, 'alibaba'>>>
export async function startSandbox(options?: SandboxOptions): Promise<Sandbox>
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { zones = ['example.test'], clock = systemClock, ca: knobs = {} } = options
  if (zones.length === 0) throw new TypeError('zones is empty')
  if (knobs.host !== undefined) loopbackAddress(knobs.host)
  const names = zones.map(plainName)
  const caaIdentities = knobs.caaIdentities ?? [`ca.${names[0]}`]
  const tsig = createTsigKey('certwright-sandbox')
  const httpPort = options.httpPort ?? (await freePort())
  const tlsPort = options.tlsPort ?? (await freePort())
  const opened: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one.close()
  }
  try {
    const { dns, secondary } = await startNameServers({ names, tsig, clock, options, opened })
    const authority = await createAuthority({
      clock,
      name: 'Certwright Sandbox',
      ...options.authority,
    })
    const resolver = { address: dns.address, port: dns.port }
    const { validationTimeoutMs: timeoutMs = 15_000 } = knobs
    const ports = { httpPort, tlsPort }
    const validate = createValidation({ resolver, ...ports, timeoutMs, clock, caaIdentities })
    const ca = await startCa({ ...knobs, caaIdentities, authority, validate, clock })
    opened.push(ca)
    const alibaba = await openAlibaba(options, { names, dns, clock })
    if (alibaba) opened.push(alibaba)
    return {
      directoryUrl: ca.directoryUrl,
      rootPem: authority.rootPem,
      rootPems: authority.rootPems,
      ca,
      dns,
      ...(secondary ? { secondary } : {}),
      zone: names[0] as string,
      zones: names,
      tsig,
      resolver: `${dns.address}:${dns.port}`,
      httpPort,
      tlsPort,
      ...(alibaba ? { alibaba } : {}),
      crl: async () => authority.crl(ca.certificates().flatMap(revocationOf)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openAlibaba(
  { alibaba }: SandboxOptions,
  shared: { readonly names: readonly string[]; readonly dns: RunningDns; readonly clock: Clock },
): Promise<RunningAlibaba | undefined> {
  if (!alibaba) return undefined
  const { names: zones, dns, clock } = shared
  const { seed, ...options } = alibaba === true ? {} : alibaba
  return startAlibaba({ ...options, dns, clock, seed: { alidns: { zones }, ...seed } })
}

function revocationOf({ serial, revoked }: CertificateView): RevokedSerial[] {
  return revoked ? [{ serial, ...revoked }] : []
}

async function startNameServers(given: {
  readonly names: readonly string[]
  readonly tsig: TsigKey
  readonly clock: Clock
  readonly options: SandboxOptions
  readonly opened: { close(): Promise<void> }[]
}): Promise<{ dns: RunningDns; secondary?: RunningDns }> {
  const { names, tsig, clock, options, opened } = given
  const { address = '127.0.0.2', lag = 0 } = options.secondary ?? {}
  // The resolver is the whole world here: what it does not know does not exist.
  const common = { outside: 'NXDOMAIN', clock } as const
  const zones = names.map((name) => newZone(name, options))
  const keys = [tsig]
  const dns = await startDns({ ...common, zones, keys, port: options.dnsPort ?? 0 })
  opened.push(dns)
  for (const name of names) addAddresses(dns, name, options.ipv6 ?? false)
  if (!options.secondary) return { dns }

  const data = loopbackAddress(address)
  for (const name of names) dns.add({ name: `ns2.${name}`, type: 'A', data })
  const sources = zones.map((zone) => secondaryOf(zone, { queries: lag }))
  const secondary = await startDns({ ...common, zones: sources, address, port: dns.port })
  opened.push(secondary)
  return { dns, secondary }
}

function newZone(name: string, { secondary }: SandboxOptions): Zone {
  const nameServers = [`ns1.${name}`, ...(secondary ? [`ns2.${name}`] : [])]
  return createZone({ name, nameServers })
}

/** Every name of the zone leads to this machine. */
function addAddresses(dns: RunningDns, zone: string, ipv6: boolean): void {
  for (const name of [zone, `*.${zone}`, `ns1.${zone}`]) {
    dns.add({ name, type: 'A', data: '127.0.0.1' })
    if (ipv6) dns.add({ name, type: 'AAAA', data: '::1' })
  }
}
