import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { CertwrightError } from '../../runtime/error.ts'
import { lastLines, runProgram } from '../../runtime/program.ts'
import { redact } from '../../runtime/redaction.ts'
import { Secret } from '../../runtime/secret.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { exportBundle } from '../../x509/export.ts'
import type { CommandLine } from '../command-line.ts'
import type { TargetContext } from '../target-context.ts'
import {
  choiceOption,
  portOption,
  secondsOption,
  targetValues,
  wrongTargetOption,
} from '../target-options.ts'
import type { DeployTarget, Endpoint, TargetKind } from '../target.ts'
import { fileKeyTypes } from './files/files-target.ts'
import { localPlace } from './files/local-place.ts'
import { iisScript, type IisRequest } from './iis/script.ts'

export const target = {
  name: 'iis',
  summary: {
    en: 'A site of IIS 8 or later, by SNI, through PowerShell on that machine or a script to be run there',
    zh: 'IIS 8 及以上的站点（SNI），在该机器上通过 PowerShell 执行，或生成供其执行的脚本',
  },
  options: [
    {
      key: 'hostname',
      summary: { en: 'Host name of the binding (SNI)', zh: '绑定的主机名（SNI）' },
      required: true,
    },
    {
      key: 'site',
      summary: {
        en: 'Name of the site; by default Default Web Site',
        zh: '站点名称；默认 Default Web Site',
      },
    },
    { key: 'port', summary: { en: 'TCP port; by default 443', zh: 'TCP 端口；默认 443' } },
    {
      key: 'store',
      summary: {
        en: 'Store of the machine that it is kept in: My (default) or WebHosting',
        zh: '本机证书存储：My（默认）或 WebHosting',
      },
    },
    {
      key: 'exportable',
      summary: {
        en: 'true: the key can be exported from the store again',
        zh: 'true：私钥可从存储中再次导出',
      },
    },
    {
      key: 'script',
      summary: {
        en: 'Directory to write the script and its request into, instead of running it here',
        zh: '将脚本及其请求写入该目录，而不在本机执行',
      },
    },
    {
      key: 'program',
      summary: {
        en: 'PowerShell to run it with; by default powershell',
        zh: '所用的 PowerShell 程序；默认 powershell',
      },
    },
    {
      key: 'timeout',
      summary: { en: 'Seconds that it may take; by default 120', zh: '最长可运行的秒数；默认 120' },
    },
  ],
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** What the script answers. */
interface IisAnswer {
  readonly thumbprint?: string | null
  readonly removed?: readonly string[]
}

const scriptName = 'certwright-iis.ps1'
const requestName = 'request.json'

/** Keeps the certificate of one binding. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { site = 'Default Web Site', program = 'powershell', script } = set
  const hostname = hostnameFrom(set.hostname)
  const port = portOption(target.name, 'port', set.port, 443)
  const timeoutMs = secondsOption(target.name, 'timeout', set.timeout, 120)
  const common = {
    site,
    hostname,
    port,
    store: choiceOption(target.name, 'store', set.store, ['My', 'WebHosting']),
    friendlyName: `certwright ${hostname}:${port}`,
    exportable:
      choiceOption(target.name, 'exportable', set.exportable, ['false', 'true']) === 'true',
  }
  const ask = async (
    request: IisRequest,
    secrets: readonly Secret[],
    signal: AbortSignal | undefined,
  ): Promise<IisAnswer> => {
    const options = { env: context.env, input: JSON.stringify(request), timeoutMs, signal }
    const { exit, stdout, stderr } = await runProgram(powershell(program), options)
    const params = { target: target.name, program, command: `${program} (${request.action})` }
    if (exit === 'ENOENT') throw new CertwrightError('TARGET_POWERSHELL_MISSING', params)
    if (exit !== 0) {
      const output = lastLines(redact(stderr || stdout, secrets)) || '-'
      throw new CertwrightError('TARGET_PROGRAM_FAILED', { ...params, exit, output })
    }
    const answer = answerIn(stdout)
    if (answer) return answer
    throw new CertwrightError('TARGET_PROGRAM_ANSWER', { ...params, expected: '{"thumbprint": …}' })
  }
  const endpoints = async (): Promise<readonly Endpoint[]> => [
    { host: script === undefined ? 'localhost' : hostname, port, servername: hostname },
  ]
  const requestOf = (bundle: CertificateBundle): IisRequest & { readonly password: string } => {
    // Lives for as long as the request: nobody has to know it.
    const password = randomBytes(18).toString('base64url')
    const [{ bytes }] = exportBundle(bundle, {
      format: 'pkcs12-legacy',
      password: new Secret(password),
      alias: common.friendlyName,
    })
    return { ...common, action: 'write', pfx: Buffer.from(bytes).toString('base64'), password }
  }

  if (script !== undefined) {
    return { ...scriptTarget(script, requestOf, context, timeoutMs), endpoints }
  }
  return {
    endpoints,

    async read(signal) {
      const { thumbprint } = await ask({ ...common, action: 'read' }, [], signal)
      return thumbprint ? { sha1: thumbprint.toLowerCase() } : undefined
    },

    async write(bundle, signal) {
      signal?.throwIfAborted()
      const request = requestOf(bundle)
      const secrets = [
        new Secret(request.pfx ?? ''),
        new Secret(request.password),
        bundle.privateKey,
      ]
      const { thumbprint } = await ask(request, secrets, signal)
      if (thumbprint?.toLowerCase() === sha1Of(bundle)) return
      const params = { target: target.name, resource: `${hostname}:${port}` }
      throw new CertwrightError('TARGET_REPLACED_MEANWHILE', params)
    },

    async prune(_, signal) {
      const { removed = [] } = await ask({ ...common, action: 'prune' }, [], signal)
      return removed
    },
  }
}

/** What another machine is to run. Whether it has is told by handshakes alone. */
function scriptTarget(
  directory: string,
  requestOf: (bundle: CertificateBundle) => IisRequest,
  context: TargetContext,
  timeoutMs: number,
): Pick<DeployTarget, 'read' | 'write'> {
  const place = localPlace(context, { timeoutMs })
  return {
    async read() {
      return {}
    },
    async write(bundle, signal) {
      signal?.throwIfAborted()
      const written = [
        [scriptName, windowsText(iisScript), 0o644],
        [requestName, JSON.stringify(requestOf(bundle)), 0o600],
      ] as const
      for (const [name, text, mode] of written) {
        const path = join(directory, `.certwright-new-${randomBytes(8).toString('hex')}`)
        await place.perform(
          [
            { do: 'directory', path: directory },
            { do: 'put', path, octets: Buffer.from(text), mode },
            { do: 'rename', path, to: join(directory, name) },
          ],
          signal,
        )
      }
    },
  }
}

/** Windows PowerShell takes a file without a mark for one of the machine's old code page. */
function windowsText(text: string): string {
  return `\uFEFF${text.replaceAll('\n', '\r\n')}`
}

/** The script is no secret and is given whole, in UTF-16 and base64 as PowerShell has it. */
function powershell(program: string): CommandLine {
  const encoded = Buffer.from(iisScript, 'utf16le').toString('base64')
  const flags = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass']
  return [program, ...flags, '-EncodedCommand', encoded]
}

function answerIn(stdout: string): IisAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(stdout)
    return typeof answer === 'object' && answer !== null ? answer : undefined
  } catch {
    return undefined
  }
}

function sha1Of({ chainPem }: CertificateBundle): string {
  return createHash('sha1').update(new X509Certificate(chainPem).raw).digest('hex')
}

/** It becomes part of an argument of netsh. A wildcard is none that http.sys takes before Windows 2022. */
function hostnameFrom(text: string): string {
  if (/^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text
  throw wrongTargetOption(target.name, 'hostname', 'www.example.com')
}
