import { readFile } from 'node:fs/promises'
import { CertwrightError } from '../runtime/error.ts'
import { describe } from '../x509/certificate.ts'
import { startTlsFrom, startTlsNames } from './starttls.ts'
import { targetValues, wrongTargetOption } from './target-options.ts'
import type { TargetContext } from './target-context.ts'
import { targetSpecifier, type TargetSpecifier } from './target-specifier.ts'
import type { DeployTarget, Endpoint, TargetKind, TargetOption } from './target.ts'
import { targetModule, type TargetRegistry } from './targets/registry.ts'

/** What a person can set on every target beside its own options: how it is looked at. */
export const handshakeOptions = [
  {
    key: 'serve-at',
    summary: {
      en: 'Where to shake hands instead of at the real endpoints, e.g. while DNS does not lead there: HOST:PORT, or smtp://HOST:PORT where TLS is asked for in another protocol; several with spaces between; none for no handshake',
      zh: '代替真实端点进行 TLS 握手的位置，例如 DNS 尚未指向时：HOST:PORT；先以其他协议请求 TLS 时写作 smtp://HOST:PORT；多个用空格分隔；none 表示不握手',
    },
  },
  {
    key: 'trust',
    summary: {
      en: "File of PEM roots to trust in handshakes, beside the system's",
      zh: '除系统根证书外，握手时信任的 PEM 根证书文件',
    },
  },
] as const satisfies readonly TargetOption[]

/** A target with a person's options, ready for use. */
export interface Place {
  /** As a person writes it, without secrets and in the order of the options: one place, one text. */
  readonly text: string
  readonly kind: TargetKind
  /** Everything that was set, secrets too. */
  readonly options: Readonly<Record<string, string>>
  readonly target: DeployTarget
  /** PEM roots to trust in its handshakes. */
  readonly roots?: string
}

/** Loads a target and checks its options. Talks to nobody yet. */
export async function placeOf(
  { name, values }: TargetSpecifier,
  context: TargetContext,
  registry?: TargetRegistry,
): Promise<Place> {
  const { target: kind, create } = await targetModule(name, registry)
  const options = [...kind.options, ...handshakeOptions]
  // For the whole list of options in its errors: the target itself knows its own alone.
  targetValues({ name, options }, values, context)
  const { 'serve-at': at, trust, ...own } = values
  const target = create(own, context)
  return {
    text: placeText(kind, own),
    kind,
    options: values,
    target: at === undefined ? target : servedAt(serversFrom(name, at), target),
    ...(trust !== undefined && { roots: await rootsIn(name, trust) }),
  }
}

/** One place, one text: the same options in another order, or with another secret, are the same place. */
export function placeText(
  { name, options }: Pick<TargetKind, 'name' | 'options'>,
  values: Readonly<Record<string, string>>,
): string {
  const shown = options.flatMap(({ key, secret }) => {
    const value = values[key]
    return value === undefined || secret ? [] : [[key, value] as const]
  })
  return targetSpecifier(name, Object.fromEntries(shown))
}

type Server = Omit<Endpoint, 'servername'>

/** What `serve-at` names; none for `none`. Throws `TARGET_OPTION_NOT_CONFORM` for what is neither. */
export function serversFrom(target: string, text: string): readonly Server[] {
  if (text === 'none') return []
  return text.split(/ +/).map((one) => {
    const server = serverFrom(one)
    if (server) return server
    const expected = `HOST:PORT | ${startTlsNames.join('|')}://HOST:PORT | none`
    throw wrongTargetOption(target, 'serve-at', expected)
  })
}

function serverFrom(text: string): Server | undefined {
  const [, scheme, bracketed, plain, port] =
    /^(?:([a-z\d-]+):\/\/)?(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const starttls = scheme === undefined ? undefined : startTlsFrom(scheme)
  const known = scheme === undefined || starttls !== undefined
  if (host === undefined || !known || Number(port) < 1 || Number(port) > 65_535) return undefined
  return { host, port: Number(port), ...(starttls && { starttls }) }
}

/** The same target, looked at elsewhere: by the names of its endpoints, or of the certificate where it has none. */
function servedAt(servers: readonly Server[], target: DeployTarget): DeployTarget {
  return {
    ...target,
    async endpoints(signal, wanted) {
      if (servers.length === 0) return []
      const own = (await target.endpoints?.(signal, wanted)) ?? []
      const names = own.length > 0 ? own.map(({ servername }) => servername) : namesIn(wanted)
      return servers.flatMap((server) =>
        [...new Set(names)].map((servername) => ({ ...server, servername })),
      )
    },
  }
}

/** For a wildcard, a name that it stands for. */
function namesIn(wanted: { readonly chainPem: string } | undefined): readonly string[] {
  if (!wanted) return []
  return describe(wanted.chainPem).names.map((name) => name.replace(/^\*\./, 'certwright.'))
}

async function rootsIn(target: string, path: string): Promise<string> {
  const notReadable = (reason: string, cause?: unknown): CertwrightError =>
    new CertwrightError('TARGET_FILE_NOT_READABLE', { target, option: 'trust', reason }, { cause })
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw notReadable(`${path}: ${error.code ?? error.message}`, error)
  })
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw notReadable(`${path}: PEM?`)
  return text
}
