export type Settings = Readonly<Record<string, unknown>>

/** How a domain listens: these and more. */
export type ListenSettings = Settings & {
  readonly HttpPorts: readonly number[]
  readonly HttpsPorts: readonly number[]
  readonly TLSVersion: string
  /** An identifier of the account's store. */
  readonly CertId?: string
}

/** What a domain listens with where nothing is said. A change that leaves something out sets it back to this. */
export const listenDefaults: ListenSettings = {
  HttpPorts: [],
  HttpsPorts: [],
  Http2Enabled: false,
  TLSVersion: 'tlsv1',
  EnableTLSv3: false,
  CipherSuite: 1,
  CustomCiphers: [],
  FocusHttps: false,
  IPv6Enabled: false,
  ExclusiveIp: false,
  ProtectionResource: 'share',
  XffHeaderMode: 0,
  XffHeaders: [],
  HstsMaxAge: 0,
  HstsIncludeSubDomain: false,
  HstsPreload: false,
}

/** Where requests go on to, likewise. */
export const redirectDefaults: Settings = {
  Backends: [],
  BackupBackends: [],
  Loadbalance: 'iphash',
  FocusHttpBackend: false,
  SniEnabled: false,
  SniHost: '',
  ConnectTimeout: 5,
  ReadTimeout: 120,
  WriteTimeout: 120,
  Keepalive: true,
  KeepaliveRequests: 1000,
  KeepaliveTimeout: 15,
  Retry: true,
  XffProto: false,
}

/** Reads an object parameter, each member in the kind of its default; others are not known. */
export function settingsIn(given: Readonly<Record<string, string>>, defaults: Settings): Settings {
  const found: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    // Of a list, `HttpsPorts.1` where it came flattened, `443,8443` where it came as JSON.
    const [member = '', index] = key.split('.')
    const usual = defaults[member]
    if (usual === undefined && member !== 'CertId') continue
    if (!Array.isArray(usual)) found[member] = asKind(value, usual)
    else if (index === undefined) found[member] = value.split(',').filter(Boolean).map(asMember)
    else found[member] = [...((found[member] ?? []) as readonly unknown[]), asMember(value)]
  }
  return found
}

function asKind(value: string, usual: unknown): unknown {
  if (typeof usual === 'number') return Number(value)
  return typeof usual === 'boolean' ? value === 'true' : value
}

function asMember(value: string): unknown {
  return /^\d+$/.test(value) ? Number(value) : value
}
