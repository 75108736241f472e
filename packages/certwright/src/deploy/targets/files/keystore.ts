import { readFile } from 'node:fs/promises'
import { CertwrightError } from '../../../runtime/error.ts'
import { Secret } from '../../../runtime/secret.ts'
import { systemErrorCode } from '../../../store/file-system.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import { exportBundle, type ExportFormat } from '../../../x509/export.ts'
import { installedChain } from '../../installed.ts'
import type { TargetContext } from '../../target-context.ts'
import { wrongTargetOption } from '../../target-options.ts'
import type { DeployTarget, TargetOption } from '../../target.ts'
import { fileInstaller, reasonOf } from './installation.ts'
import { localPlace } from './local-place.ts'
import { fileOptions, fileSettings, modeFrom, requireAbsolute } from './settings.ts'

const shared = new Set<string>(['owner', 'group', 'check', 'reload', 'unsafe-shell', 'timeout'])

/** What can be said of a key store in one file. */
export const keystoreOptions = [
  {
    key: 'path',
    summary: { en: 'The file', zh: '文件路径' },
    required: true,
  },
  {
    key: 'password',
    summary: { en: 'Password of the file', zh: '文件的密码' },
    secret: true,
    env: ['CERTWRIGHT_KEYSTORE_PASSWORD'],
  },
  {
    key: 'password-file',
    summary: { en: 'File whose first line is the password', zh: '首行为密码的文件' },
  },
  {
    key: 'alias',
    summary: {
      en: 'What the entry is called; by default the first name of the certificate',
      zh: '条目别名；默认为证书的第一个名称',
    },
  },
  {
    key: 'mode',
    summary: { en: 'Mode of the file; by default 0600', zh: '文件权限；默认 0600' },
  },
  ...fileOptions.filter(({ key }) => shared.has(key)),
] as const satisfies readonly TargetOption[]

type Shared = 'owner' | 'group' | 'check' | 'reload' | 'unsafe-shell' | 'timeout'

export type KeystoreValues = Readonly<
  Record<'path', string> &
    Partial<Record<'password' | 'password-file' | 'alias' | 'mode' | Shared, string | undefined>>
>

export interface Keystore {
  /** The target's name. */
  readonly target: string
  readonly format: ExportFormat
  /** The chain that a server would show from the file; `undefined` where it could show none. */
  readonly chainIn: (octets: Uint8Array, password: Secret) => Promise<string | undefined>
}

/** A target of one file that holds all, under a password. */
export function keystoreTarget(
  { target, format, chainIn }: Keystore,
  set: KeystoreValues,
  context: TargetContext,
): DeployTarget {
  const { path, alias, mode = '0600', ...rest } = set
  requireAbsolute(target, 'path', path)
  const keyMode = modeFrom(target, 'mode', mode)
  const settings = { ...fileSettings(target, { ...rest, combined: path }), keyMode }
  if ((set.password === undefined) === (set['password-file'] === undefined)) {
    throw wrongTargetOption(target, 'password', 'password=… | password-file=PATH')
  }
  const octetsOf = (bundle: CertificateBundle, password: Secret): Uint8Array => {
    const options = { format, password, ...(alias !== undefined && { alias }) }
    return exportBundle(bundle, options)[0].bytes
  }
  const installer = (password: Secret) =>
    fileInstaller({
      target,
      place: localPlace(context, settings),
      settings,
      paths: [path],
      filesOf: (bundle) => [
        { role: 'combined', path, octets: octetsOf(bundle, password), secret: true },
      ],
    })
  const { reload, note } = installer(new Secret(''))
  return {
    async read(_, wanted) {
      const octets = await readIfThere(target, path)
      if (!octets) return undefined
      const chain = await chainIn(octets, await passwordOf(target, set))
      const isUntold = note !== undefined && (await readIfThere(target, note)) !== undefined
      return chain === undefined
        ? undefined
        : installedChain(chain, wanted, isUntold ? ['reload'] : [])
    },
    async write(bundle, signal) {
      signal?.throwIfAborted()
      return installer(await passwordOf(target, set)).write(bundle, signal)
    },
    ...(reload && { reload }),
  }
}

async function readIfThere(target: string, path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined
    const params = { target, reason: reasonOf(cause) }
    throw new CertwrightError('TARGET_FILES_NOT_READABLE', params, { cause })
  }
}

async function passwordOf(target: string, set: KeystoreValues): Promise<Secret> {
  if (set.password !== undefined) return new Secret(set.password)
  const option = 'password-file'
  const path = set[option] ?? ''
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const params = { target, option, reason: reasonOf(cause) }
    throw new CertwrightError('TARGET_FILE_NOT_READABLE', params, { cause })
  })
  return new Secret(text.split(/\r?\n/, 1)[0] ?? '')
}
