import { adjustable } from './adjustable-clock.ts'
import type { AdjustableClock } from './adjustable-clock.ts'
import { startAlibaba } from './alibaba/alibaba.ts'
import type { AlibabaOptions, RunningAlibaba } from './alibaba/alibaba.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { startControl } from './control/control.ts'
import { createTsigKey, startDns } from './dns/dns.ts'
import type { RunningDns } from './dns/dns.ts'
import { plainName } from './dns/name.ts'
import { secondaryOf } from './dns/secondary.ts'
import type { TsigKey } from './dns/tsig.ts'
import { createZone } from './dns/zone.ts'
import type { Zone } from './dns/zone.ts'
import { freePort } from './free-port.ts'
import { loopbackAddress } from './loopback.ts'
import { startSandboxCa } from './sandbox-ca.ts'
import type { ChainOptions, SandboxCa, SandboxCaOptions } from './sandbox-ca.ts'

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
  /** Where on this machine other addresses are found by validation, e.g. `{ '8.8.8.8': '127.0.0.1' }`. */
  readonly standIns?: Readonly<Record<string, string>>
  readonly authority?: ChainOptions
  /** The CA's behaviour, and where it listens; with `cas`, what all of them have in common. */
  readonly ca?: SandboxCaOptions
  /** Several CAs by name, each with a root, a directory and options of its own. Default one, `default`. */
  readonly cas?: Readonly<Record<string, SandboxCaOptions>>
  /** Opens the control API, on a free port unless one is named. Default it is not opened. */
  readonly control?: boolean | { readonly port: number }
  /** Alibaba Cloud beside them. Its DNS product hosts the zones, unless `seed` says which. */
  readonly alibaba?: true | Omit<AlibabaOptions, 'clock' | 'dns'>
  /**
   * Time and chance for all of it. Where it cannot be moved, the CAs have one that goes on as it does
   * and can be; signatures on DNS updates stay with this one, as their senders do.
   */
  readonly clock?: Clock
}

export interface SecondaryOptions {
  /** Default `127.0.0.2`, which Linux has; macOS needs an alias for it. */
  readonly address?: string
  /** How many questions about a zone it answers from old data after each change. Default 0. */
  readonly lag?: number
}

/** What can be reached of a sandbox. What belongs to a CA is that of the first one. */
export interface Sandbox extends Omit<SandboxCa, 'name'> {
  readonly cas: Readonly<Record<string, SandboxCa>>
  /** The time of the CAs. */
  readonly clock: AdjustableClock
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
  /** The control API, where it was asked for. */
  readonly controlUrl?: string
  /** Where it was asked for. */
  readonly alibaba?: RunningAlibaba
  /** What the first CA has revoked, as a CRL in DER. */
  crl(): Promise<Uint8Array>
  close(): Promise<void>
}

interface Closable {
  close(): Promise<void>
}

/**
 * Starts a CA and a DNS server that know each other, more CAs and Alibaba Cloud's APIs where asked
 * for. Several can run in one process.
 */
export async function startSandbox(
  options: SandboxOptions & Required<Pick<SandboxOptions, 'alibaba'>>,
): Promise<Sandbox & Required<Pick<Sandbox, 'alibaba'>>>
export async function startSandbox(options?: SandboxOptions): Promise<Sandbox>
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { zones = ['example.test'], clock: base = systemClock, standIns = {} } = options
  if (zones.length === 0) throw new TypeError('zones is empty')
  const names = zones.map(plainName)
  const settings = casOf(options, names[0] as string)
  const tsig = createTsigKey('certwright-sandbox')
  const httpPort = options.httpPort ?? (await freePort())
  const tlsPort = options.tlsPort ?? (await freePort())
  const clock = adjustable(base)
  const opened: Closable[] = []
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one.close()
  }
  try {
    const { dns, secondary } = await startNameServers({ names, tsig, clock: base, options, opened })
    const resolver = { address: dns.address, port: dns.port }
    const cas: SandboxCa[] = []
    for (const [name, one] of settings) {
      cas.push(await startSandboxCa(name, one, { clock, resolver, httpPort, tlsPort, standIns }))
      opened.push((cas.at(-1) as SandboxCa).ca)
    }
    const alibaba = await openAlibaba(options, { names, dns, clock: base })
    if (alibaba) opened.push(alibaba)
    const [first] = cas as [SandboxCa, ...SandboxCa[]]
    const { directoryUrl, rootPem, rootPems, ca } = first
    const sandbox: Sandbox = {
      ...{ directoryUrl, rootPem, rootPems, ca },
      cas: Object.fromEntries(cas.map((one) => [one.name, one])),
      clock,
      dns,
      ...(secondary ? { secondary } : {}),
      zone: names[0] as string,
      zones: names,
      tsig,
      resolver: `${dns.address}:${dns.port}`,
      httpPort,
      tlsPort,
      ...(alibaba ? { alibaba } : {}),
      crl: async () => ca.crl(),
      close,
    }
    if (options.control === undefined || options.control === false) return sandbox
    const control = await startControl(sandbox, options.control === true ? {} : options.control)
    opened.push(control)
    return { ...sandbox, controlUrl: control.url }
  } catch (error) {
    await close()
    throw error
  }
}

/** The CAs by name. Each is called after the zone in CAA records, unless told otherwise. */
function casOf(
  { ca: common = {}, cas, authority }: SandboxOptions,
  zone: string,
): readonly (readonly [name: string, options: SandboxCaOptions])[] {
  const several = Object.entries(cas ?? { default: {} })
  if (several.length === 0) throw new TypeError('cas is empty')
  return several.map(([name, own]) => {
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
      throw new TypeError(`the CA's name ${name} is not of lower-case letters, digits and hyphens`)
    }
    const caaIdentities = [`${cas === undefined ? 'ca' : name}.${zone}`]
    const chain = { ...authority, ...common.authority, ...own.authority }
    return [name, { caaIdentities, ...common, ...own, authority: chain }]
  })
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

async function startNameServers(given: {
  readonly names: readonly string[]
  readonly tsig: TsigKey
  readonly clock: Clock
  readonly options: SandboxOptions
  readonly opened: Closable[]
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
