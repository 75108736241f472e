import { readFile } from 'node:fs/promises'
import { CertwrightError } from '../runtime/error.ts'
import { describe } from '../x509/certificate.ts'
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
      en: 'HOST:PORT to shake hands with instead of the real endpoints, e.g. while DNS does not lead there; none for no handshake',
      zh: '代替真实端点进行 TLS 握手的 HOST:PORT，例如 DNS 尚未指向时；none 表示不握手',
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
    target: at === undefined ? target : servedAt(serverFrom(name, at), target),
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

type Server = Pick<Endpoint, 'host' | 'port'>

/** What `serve-at` names: `undefined` for `none`. Throws `TARGET_OPTION_NOT_CONFORM` for what is neither. */
export function serverFrom(target: string, text: string): Server | undefined {
  if (text === 'none') return undefined
  const [, bracketed, plain, port] =
    /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) {
    return { host, port: Number(port) }
  }
  throw wrongTargetOption(target, 'serve-at', 'HOST:PORT | none')
}

/** The same target, looked at elsewhere: by the names of its endpoints, or of the certificate where it has none. */
function servedAt(server: Server | undefined, target: DeployTarget): DeployTarget {
  return {
    ...target,
    async endpoints(signal, wanted) {
      if (!server) return []
      const own = (await target.endpoints?.(signal, wanted)) ?? []
      const names = own.length > 0 ? own.map(({ servername }) => servername) : namesIn(wanted)
      return [...new Set(names)].map((servername) => ({ ...server, servername }))
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
