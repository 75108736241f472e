import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instantOf } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import { lastLines, runProgram, type ProgramEnd } from '../../runtime/program.ts'
import { redact } from '../../runtime/redaction.ts'
import type { Secret } from '../../runtime/secret.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { describe } from '../../x509/certificate.ts'
import { commandLineFrom, commandText, type CommandLine } from '../command-line.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, secondsOption, targetValues, wrongTargetOption } from '../target-options.ts'
import type { CommandOutcome, DeployTarget, Installed, TargetKind, Wanted } from '../target.ts'
import { fileKeyTypes } from './files/files-target.ts'
import { laidFiles } from './files/layout.ts'

export const target = {
  name: 'exec',
  summary: {
    en: 'A program of your own, run without a shell as PROGRAM write, and PROGRAM read where it can prove what is there',
    zh: '您自己的程序，不经 shell 以 PROGRAM write 运行；如能验证现状，则以 PROGRAM read 运行',
  },
  options: [
    {
      key: 'program',
      summary: {
        en: 'The program with its arguments; write or read comes after them',
        zh: '程序及其参数；其后附加 write 或 read',
      },
      required: true,
    },
    {
      key: 'key',
      summary: {
        en: 'How it gets the private key: file (default; $CERTWRIGHT_KEY_FILE, mode 0600), stdin (in the JSON) or none',
        zh: '私钥的传递方式：file（默认；$CERTWRIGHT_KEY_FILE，权限 0600）、stdin（在 JSON 中）或 none',
      },
    },
    {
      key: 'read',
      summary: {
        en: 'true: the program answers read with {"fingerprint": …} on its standard output, or with nothing where nothing is there',
        zh: 'true：程序以标准输出中的 {"fingerprint": …} 应答 read；没有证书时无输出',
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

/** Lets a program install. */
export function create(
  values: Readonly<Record<string, string>>,
  { env }: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, { env })
  const program = commandLineFrom(set.program)
  if (!program) throw wrongTargetOption(target.name, 'program', 'PROGRAM ARGUMENT …')
  const keyBy = choiceOption(target.name, 'key', set.key, ['file', 'stdin', 'none'])
  const reads = choiceOption(target.name, 'read', set.read, ['false', 'true']) === 'true'
  const timeoutMs = secondsOption(target.name, 'timeout', set.timeout, 120)
  const ran = async (
    verb: 'read' | 'write',
    { input, files = {}, secrets = [], signal }: Call,
  ): Promise<ProgramEnd & { readonly outcome: CommandOutcome }> => {
    const line: CommandLine = [...program, verb]
    const options = { env: { ...env, ...files }, input: JSON.stringify(input), timeoutMs, signal }
    const end = await runProgram(line, options)
    const output = lastLines(redact([end.stderr, end.stdout].filter(Boolean).join('\n'), secrets))
    const outcome = { command: commandText(line), exit: end.exit, output }
    if (end.exit === 0) return { ...end, outcome }
    throw new CertwrightError('TARGET_PROGRAM_FAILED', {
      target: target.name,
      ...outcome,
      output: output || '-',
    })
  }

  return {
    async read(signal, wanted) {
      if (!reads) return {}
      const input = { action: 'read', ...(wanted && facts(wanted)) }
      const { stdout, outcome } = await ran('read', { input, signal })
      return installedIn(stdout, outcome.command)
    },

    async write(bundle, signal) {
      signal?.throwIfAborted()
      const { privateKey, chainPem } = bundle
      const input = {
        action: 'write',
        ...facts(bundle),
        chain: chainPem,
        ...(keyBy === 'stdin' && { privateKey: privateKey.reveal() }),
      }
      const folder = await mkdtemp(join(tmpdir(), 'certwright-exec-'))
      try {
        const files = await writtenFiles(bundle, folder, keyBy === 'file')
        const { outcome } = await ran('write', { input, files, secrets: [privateKey], signal })
        return [outcome]
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

interface Call {
  readonly input: object
  /** Variables of the environment that name files. */
  readonly files?: Readonly<Record<string, string>>
  readonly secrets?: readonly Secret[]
  readonly signal: AbortSignal | undefined
}

/** What is said of a certificate in every call. Others program against this: members are only added. */
function facts({ chainPem }: Wanted): object {
  const { fingerprint, serial, names, notBefore, notAfter } = describe(chainPem)
  return {
    fingerprint,
    serial,
    names,
    notBefore: instantOf(notBefore),
    notAfter: instantOf(notAfter),
  }
}

const variables = {
  fullchain: 'CERTWRIGHT_FULLCHAIN_FILE',
  chain: 'CERTWRIGHT_CHAIN_FILE',
  cert: 'CERTWRIGHT_CERT_FILE',
  key: 'CERTWRIGHT_KEY_FILE',
} as const

/** Files in a folder that is this user's alone, and the variables that name them. */
async function writtenFiles(
  bundle: CertificateBundle,
  folder: string,
  withKey: boolean,
): Promise<Readonly<Record<string, string>>> {
  const named: Record<string, string> = {}
  const paths = {
    fullchain: join(folder, 'fullchain.pem'),
    chain: join(folder, 'chain.pem'),
    cert: join(folder, 'cert.pem'),
    ...(withKey && { key: join(folder, 'privkey.pem') }),
  }
  const layout = { paths, order: [], format: 'pem', keyFormat: 'pkcs8' } as const
  for (const { role, path, octets } of laidFiles(layout, bundle)) {
    if (role === 'combined') continue
    await writeFile(path, octets, { mode: 0o600, flag: 'wx' })
    named[variables[role]] = path
  }
  return named
}

/** `undefined` where it says nothing at all. */
function installedIn(stdout: string, command: string): Installed | undefined {
  if (stdout.trim() === '') return undefined
  const expected = '{"fingerprint": "SHA-256, 64 × 0-9a-f"}'
  const answer = objectIn(stdout)
  if (!answer)
    throw new CertwrightError('TARGET_PROGRAM_ANSWER', { target: target.name, command, expected })
  const { fingerprint } = answer
  if (fingerprint === undefined) return {}
  if (typeof fingerprint === 'string' && /^[0-9a-f]{64}$/i.test(fingerprint)) {
    return { fingerprint: fingerprint.toLowerCase() }
  }
  throw new CertwrightError('TARGET_PROGRAM_ANSWER', { target: target.name, command, expected })
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
