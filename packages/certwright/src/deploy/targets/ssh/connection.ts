import { isIPv6 } from 'node:net'
import { CertwrightError } from '../../../runtime/error.ts'
import { lastLines, runProgram, type ProgramEnd } from '../../../runtime/program.ts'
import { redact } from '../../../runtime/redaction.ts'
import { posixQuoted, type CommandLine } from '../../command-line.ts'
import type { TargetContext } from '../../target-context.ts'
import { commandEnvironment } from '../files/command.ts'

/** How a host is reached. What is not said, the user's own configuration of ssh says. */
export interface SshHost {
  readonly host: string
  readonly user?: string | undefined
  readonly port?: string | undefined
  /** File of the private key to log in with. */
  readonly identity?: string | undefined
  /** File of the keys of known hosts. */
  readonly knownHosts?: string | undefined
  readonly jump?: string | undefined
  /** File of configuration. */
  readonly config?: string | undefined
}

export interface SshConnection {
  /** Runs a program there, whatever shell the user has. */
  readonly run: (line: CommandLine, timeoutMs: number, signal?: AbortSignal) => Promise<ProgramEnd>
  /** Runs a script of POSIX sh there, which comes through its standard input. Throws where it fails. */
  readonly script: (text: string, signal?: AbortSignal) => Promise<string>
  /** Does a batch of sftp. Throws where a line of it fails. */
  readonly batch: (lines: readonly string[], signal?: AbortSignal) => Promise<void>
}

/** For what is no command of a person's own. */
const timeoutMs = 120_000

/** The machine's own ssh and sftp: no question is asked, and no unknown host key is taken. */
export function sshConnection(
  target: string,
  host: SshHost,
  { env }: Pick<TargetContext, 'env'>,
): SshConnection {
  const options = optionsOf(host)
  const environment = commandEnvironment(env)
  const remoteShell: CommandLine = ['ssh', '-T', ...options, '--', host.host, 'sh -s']
  const bracketed = isIPv6(host.host) ? `[${host.host}]` : host.host
  const required = ({ exit, stderr, stdout }: ProgramEnd): string => {
    if (exit === 0) return stdout
    // ssh(1): "exits with the exit status of the remote command or with 255 if an error occurred".
    const code = exit === 255 || typeof exit === 'string' ? 'TARGET_HOST_UNREACHABLE' : undefined
    const reason = lastLines(redact(stderr)) || String(exit)
    if (code) throw new CertwrightError(code, { target, host: host.host, reason })
    throw Object.assign(new Error(reason), { code: reason.split('\n').at(-1)?.trim() })
  }
  return {
    run: async (line, limitMs, signal) => {
      // The user's shell may be any; sh reads its own words.
      const input = `exec ${line.map(posixQuoted).join(' ')} </dev/null\n`
      return runProgram(remoteShell, { env: environment, input, timeoutMs: limitMs, signal })
    },
    script: async (input, signal) =>
      required(await runProgram(remoteShell, { env: environment, input, timeoutMs, signal })),
    batch: async (lines, signal) => {
      const line: CommandLine = ['sftp', '-q', '-b', '-', ...options, '--', bracketed]
      const input = `${lines.join('\n')}\n`
      required(await runProgram(line, { env: environment, input, timeoutMs, signal }))
    },
  }
}

function optionsOf({ user, port, identity, knownHosts, jump, config }: SshHost): readonly string[] {
  const set: Readonly<Record<string, string | undefined>> = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    ClearAllForwardings: 'yes',
    ForwardAgent: 'no',
    PermitLocalCommand: 'no',
    ConnectTimeout: '15',
    ServerAliveInterval: '15',
    LogLevel: 'ERROR',
    User: user,
    Port: port,
    UserKnownHostsFile: knownHosts && quoted(knownHosts),
    ProxyJump: jump,
    IdentityFile: identity && quoted(identity),
    IdentitiesOnly: identity && 'yes',
  }
  return [
    ...(config === undefined ? [] : ['-F', config]),
    ...Object.entries(set).flatMap(([name, value]) =>
      value === undefined ? [] : ['-o', `${name}=${value}`],
    ),
  ]
}

/** ssh_config(5): "Arguments may optionally be enclosed in double quotes in order to represent arguments containing spaces." */
function quoted(path: string): string {
  return `"${path}"`
}
