import { isAbsolute, join } from 'node:path'
import { CertwrightError } from '../../../runtime/error.ts'
import { commandLineFrom, type CommandLine } from '../../command-line.ts'
import { choiceOption, secondsOption, wrongTargetOption } from '../../target-options.ts'
import type { TargetOption } from '../../target.ts'
import { fileRoles, type CombinedPart, type FileLayout, type FileRole } from './layout.ts'
import type { FilePreset } from './presets.ts'

/** What can be said of files: where they are, whose, and what makes a server take them up. */
export const fileOptions = [
  {
    key: 'fullchain',
    summary: { en: 'File for the certificate and its chain', zh: '证书及其证书链的文件' },
  },
  { key: 'key', summary: { en: 'File for the private key', zh: '私钥文件' } },
  {
    key: 'combined',
    summary: {
      en: 'File for all of it in one, which changes in one moment',
      zh: '包含全部内容的单一文件，一次性替换',
    },
  },
  {
    key: 'cert',
    summary: { en: 'File for the certificate alone', zh: '仅含证书的文件' },
  },
  {
    key: 'chain',
    summary: {
      en: 'File for the chain without the certificate',
      zh: '仅含证书链（不含证书）的文件',
    },
  },
  {
    key: 'directory',
    summary: {
      en: 'Directory of the files that are named without one',
      zh: '未写明目录的文件所在的目录',
    },
  },
  {
    key: 'versions',
    summary: {
      en: 'Directory to keep versions in: the files are at DIR/current, a symlink that changes for all of them in one moment',
      zh: '保存各版本的目录：文件位于 DIR/current，该符号链接一次性切换全部文件',
    },
  },
  {
    key: 'order',
    summary: {
      en: 'What a combined file is made of, e.g. key+fullchain; by default fullchain+key',
      zh: '单一文件的内容及顺序，例如 key+fullchain；默认 fullchain+key',
    },
  },
  {
    key: 'format',
    summary: {
      en: 'pem (default) or der, for the files of the certificate and of the key',
      zh: '证书与私钥文件的格式：pem（默认）或 der',
    },
  },
  {
    key: 'key-format',
    summary: {
      en: 'pkcs8 (default) or traditional, which is PKCS#1 or SEC 1',
      zh: '私钥格式：pkcs8（默认）或 traditional（PKCS#1 或 SEC 1）',
    },
  },
  {
    key: 'owner',
    summary: {
      en: 'User that the files belong to; by default the one who runs this',
      zh: '文件所属用户；默认为运行者',
    },
  },
  {
    key: 'group',
    summary: {
      en: 'Group that the files belong to; by default that of who runs this',
      zh: '文件所属用户组；默认为运行者的用户组',
    },
  },
  {
    key: 'mode',
    summary: {
      en: 'Mode of files without the key; by default 0644',
      zh: '不含私钥的文件的权限；默认 0644',
    },
  },
  {
    key: 'key-mode',
    summary: {
      en: 'Mode of files with the key; by default 0600',
      zh: '含私钥的文件的权限；默认 0600',
    },
  },
  {
    key: 'check',
    summary: {
      en: 'Command that must succeed before the reload, e.g. nginx -t; none for none',
      zh: '重新加载前必须成功的检查命令，例如 nginx -t；none 表示不检查',
    },
  },
  {
    key: 'reload',
    summary: {
      en: 'Command that makes the server take the files up; none for none. Where it fails, the former files are put back and it is run again',
      zh: '使服务器加载新文件的命令；none 表示不执行。失败时恢复原文件并再次执行',
    },
  },
  {
    key: 'unsafe-shell',
    summary: {
      en: 'true: both commands are given to a shell, with all that a shell makes of their text. Dangerous',
      zh: 'true：两个命令都交由 shell 解释执行，存在风险',
    },
  },
  {
    key: 'timeout',
    summary: {
      en: 'Seconds that each command may take; by default 60',
      zh: '每个命令最长可运行的秒数；默认 60',
    },
  },
] as const satisfies readonly TargetOption[]

export type FileOptionValues = Readonly<
  Record<(typeof fileOptions)[number]['key'], string | undefined>
>

export interface FileSettings {
  readonly layout: FileLayout
  /** Absolute; absent where each file is replaced by itself. */
  readonly versions?: string | undefined
  readonly owner?: string | undefined
  readonly group?: string | undefined
  readonly mode: number
  readonly keyMode: number
  readonly check?: CommandLine | undefined
  readonly reload?: CommandLine | undefined
  readonly timeoutMs: number
}

/** What a person said, with a preset's word for what was left out. Throws an error that says what to type. */
export function fileSettings(
  target: string,
  set: Partial<FileOptionValues>,
  preset: Partial<FilePreset> = {},
): FileSettings {
  const versions = set.versions
  if (versions !== undefined) requireAbsolute(target, 'versions', versions)
  return {
    layout: {
      paths: pathsFrom(target, set, preset),
      order: orderFrom(target, set.order) ?? preset.order ?? ['fullchain', 'key'],
      format: choiceOption(target, 'format', set.format, ['pem', 'der']),
      keyFormat: choiceOption(target, 'key-format', set['key-format'], ['pkcs8', 'traditional']),
    },
    versions,
    owner: set.owner ?? preset.owner,
    group: set.group ?? preset.group,
    mode: modeFrom(target, 'mode', set.mode ?? '0644'),
    keyMode: modeFrom(target, 'key-mode', set['key-mode'] ?? preset.keyMode ?? '0600'),
    check: commandFrom(target, 'check', set, preset.check),
    reload: commandFrom(target, 'reload', set, preset.reload),
    timeoutMs: secondsOption(target, 'timeout', set.timeout, 60),
  }
}

type Paths = FileLayout['paths']

/** The files that are named; the preset's where none is. */
function pathsFrom(
  target: string,
  set: Partial<FileOptionValues>,
  preset: Partial<FilePreset>,
): Paths {
  const named = fileRoles.filter((role) => set[role] !== undefined)
  const names: Paths =
    named.length > 0
      ? Object.fromEntries(named.map((role) => [role, set[role]]))
      : (preset.names ?? (set.versions === undefined ? {} : defaultNames))
  const roles = fileRoles.filter((role) => names[role] !== undefined)
  if (!roles.some((role) => role === 'fullchain' || role === 'cert' || role === 'combined')) {
    throw new CertwrightError('TARGET_OPTION_MISSING', { target, option: 'fullchain' })
  }
  const directory = set.directory ?? preset.directory
  const place = (role: FileRole): string => {
    const name = names[role] ?? ''
    requirePlain(target, role, name)
    if (set.versions !== undefined) {
      if (/[/\\]/.test(name)) throw wrongTargetOption(target, role, 'NAME')
      return name
    }
    const path = isAbsolute(name) || directory === undefined ? name : join(directory, name)
    requireAbsolute(target, isAbsolute(name) || directory === undefined ? role : 'directory', path)
    return path
  }
  const paths = Object.fromEntries(roles.map((role) => [role, place(role)]))
  if (new Set(Object.values(paths)).size !== roles.length) {
    throw wrongTargetOption(target, roles[1] ?? 'key', 'PATH ≠ PATH')
  }
  return paths
}

const defaultNames: Paths = {
  fullchain: 'fullchain.pem',
  key: 'privkey.pem',
  cert: 'cert.pem',
  chain: 'chain.pem',
}

/** A later run may be in another directory. */
export function requireAbsolute(target: string, option: string, path: string): void {
  requirePlain(target, option, path)
  if (!isAbsolute(path)) throw wrongTargetOption(target, option, '/PATH')
}

/** Batch files of sftp and the logs of people have lines. */
function requirePlain(target: string, option: string, path: string): void {
  if (path === '' || /[\u0000-\u001f\u007f]/.test(path))
    throw wrongTargetOption(target, option, 'PATH')
}

const combinedParts = ['fullchain', 'key', 'cert', 'chain'] as const

function orderFrom(target: string, text: string | undefined): readonly CombinedPart[] | undefined {
  if (text === undefined) return undefined
  const parts = text.split('+').flatMap((word) => combinedParts.find((part) => part === word) ?? [])
  const words = text.split('+').length
  const hasLeaf = parts.includes('fullchain') || parts.includes('cert')
  if (parts.length !== words || new Set(parts).size !== words || !hasLeaf) {
    throw wrongTargetOption(target, 'order', 'fullchain+key | key+fullchain | key+cert+chain | …')
  }
  return parts
}

export function modeFrom(target: string, option: string, text: string): number {
  if (!/^0?[0-7]{3}$/.test(text)) throw wrongTargetOption(target, option, '0600, 0640, 0644 …')
  return Number.parseInt(text, 8)
}

function commandFrom(
  target: string,
  option: 'check' | 'reload',
  set: Partial<FileOptionValues>,
  otherwise: string | undefined,
): CommandLine | undefined {
  const shell = choiceOption(target, 'unsafe-shell', set['unsafe-shell'], ['false', 'true'])
  const own = set[option]
  if (own === 'none' || (own ?? otherwise) === undefined) return undefined
  if (own !== undefined && shell === 'true') return ['/bin/sh', '-c', own]
  const line = commandLineFrom(own ?? otherwise ?? '')
  if (!line)
    throw wrongTargetOption(target, option, 'PROGRAM ARGUMENT "ARGUMENT WITH SPACES" … | none')
  return line
}
