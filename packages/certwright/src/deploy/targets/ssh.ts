import type { TargetContext } from '../target-context.ts'
import { choiceOption, portOption, targetValues, wrongTargetOption } from '../target-options.ts'
import type { DeployTarget, TargetKind } from '../target.ts'
import { fileKeyTypes, filesTarget } from './files/files-target.ts'
import { filePresets, type FilePresetName } from './files/presets.ts'
import { fileOptions, fileSettings } from './files/settings.ts'
import { sshConnection, type SshHost } from './ssh/connection.ts'
import { remotePlace } from './ssh/remote-place.ts'

const presetNames = Object.keys(filePresets) as [FilePresetName, ...FilePresetName[]]

export const target = {
  name: 'ssh',
  summary: {
    en: 'Files on another machine, through the ssh and sftp of this one, and a command there that makes a server take them up',
    zh: '通过本机的 ssh 和 sftp 写入另一台机器上的文件，并在该机器上执行使服务器加载的命令',
  },
  options: [
    {
      key: 'host',
      summary: {
        en: 'The machine, as ssh knows it; its host key must be known already',
        zh: 'ssh 可识别的主机；其主机密钥须已知',
      },
      required: true,
    },
    { key: 'user', summary: { en: 'User to log in as', zh: '登录用户' } },
    { key: 'port', summary: { en: 'TCP port of ssh', zh: 'ssh 的 TCP 端口' } },
    {
      key: 'identity',
      summary: {
        en: 'File of the private key to log in with; by default what ssh is configured to use',
        zh: '登录私钥文件；默认使用 ssh 配置',
      },
    },
    {
      key: 'known-hosts',
      summary: {
        en: 'File of known host keys; by default that of this user',
        zh: '已知主机密钥文件；默认为当前用户的文件',
      },
    },
    { key: 'jump', summary: { en: 'Host to go through (ProxyJump)', zh: '跳板主机（ProxyJump）' } },
    {
      key: 'config',
      summary: { en: 'File of configuration for ssh', zh: 'ssh 配置文件' },
    },
    {
      key: 'preset',
      summary: {
        en: `Server whose files, check and reload are known: ${presetNames.join(', ')}`,
        zh: `使用其文件、检查和重新加载方式的服务器：${presetNames.join('、')}`,
      },
    },
    ...fileOptions,
  ],
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** Puts files in place on a machine behind ssh. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const preset =
    set.preset === undefined
      ? undefined
      : filePresets[choiceOption(target.name, 'preset', set.preset, presetNames)]
  const settings = fileSettings(target.name, set, preset)
  const connection = sshConnection(target.name, sshHostFrom(set), context)
  return filesTarget(target.name, remotePlace(connection, settings), settings)
}

type Values = Readonly<
  Record<'host', string> &
    Partial<
      Record<'user' | 'port' | 'identity' | 'known-hosts' | 'jump' | 'config', string | undefined>
    >
>

/** Nothing here may be read as an option, or as more than one word of ssh's configuration. */
function sshHostFrom(set: Values): SshHost {
  const plain = (option: 'host' | 'user' | 'jump', form: RegExp, expected: string) => {
    const value = set[option]
    if (value !== undefined && !form.test(value))
      throw wrongTargetOption(target.name, option, expected)
    return value
  }
  for (const option of ['identity', 'known-hosts', 'config'] as const) {
    if (/["\u0000-\u001f]/.test(set[option] ?? ''))
      throw wrongTargetOption(target.name, option, 'PATH')
  }
  const port = set.port === undefined ? undefined : portOption(target.name, 'port', set.port, 22)
  return {
    host: plain('host', /^[\w:][\w.:%-]*$/, 'HOST') ?? set.host,
    user: plain('user', /^[\w.][\w.@\\$-]*$/, 'USER'),
    port: port === undefined ? undefined : String(port),
    identity: set.identity,
    knownHosts: set['known-hosts'],
    jump: plain('jump', /^[\w][\w.:@,[\]-]*$/, 'USER@HOST:PORT'),
    config: set.config,
  }
}
