import { CertwrightError } from '../../runtime/error.ts'
import { lastLines, runProgram } from '../../runtime/program.ts'
import { plainName } from '../domain-name.ts'
import {
  numberOption,
  optionValues,
  renamed,
  type Elsewhere,
  type ProviderContext,
} from '../provider-options.ts'
import type { DnsProvider, ProviderOption } from '../provider.ts'
import { takingTurns } from '../turn.ts'

export const options = [
  {
    key: 'program',
    summary: {
      en: 'Program that is run as PROGRAM present|cleanup FQDN VALUE, without a shell',
      zh: '以 PROGRAM present|cleanup FQDN VALUE 的形式运行的程序，不经过 shell',
    },
    required: true,
    env: ['EXEC_PATH'],
  },
  {
    key: 'timeout',
    summary: {
      en: 'Seconds that the program may take; by default 120',
      zh: '程序最长可运行的秒数；默认 120',
    },
  },
] as const satisfies readonly ProviderOption[]

export const elsewhere: readonly Elsewhere[] = [
  { client: 'lego', name: 'exec', optionsFrom: renamed({ EXEC_PATH: 'program' }) },
]

/**
 * Lets a program of the user's publish and withdraw values: `PROGRAM present FQDN VALUE` and
 * `PROGRAM cleanup FQDN VALUE`, with the variables of manual hooks beside them (`CERTBOT_DOMAIN`,
 * `CERTBOT_VALIDATION`, on clean-up `CERTBOT_AUTH_OUTPUT`). One run at a time: such programs seldom expect another.
 */
export function provider(
  values: Readonly<Record<string, string>>,
  { env }: ProviderContext,
): DnsProvider {
  const set = optionValues('exec', options, values, env)
  const seconds = numberOption('exec', 'timeout', set.timeout ?? '120', [1, 86_400])
  const inTurn = takingTurns()
  const runHook = async (
    verb: 'present' | 'cleanup',
    { name, value, output }: Hook,
    signal: AbortSignal | undefined,
  ): Promise<string> =>
    inTurn(async () => {
      const args = [verb, `${name}.`, value]
      return run(set.program, args, {
        env: hookEnv(env, { name, value, output }),
        seconds,
        signal,
      })
    })

  return {
    ignoresZone: true,

    async addTxt({ name, value }, signal) {
      const output = (await runHook('present', { name, value }, signal)).trim()
      // A receipt is kept in a database: what is long is no message from one hook to the other.
      return { name, value, ...(output !== '' && output.length <= outputLimit && { output }) }
    },

    async removeTxt({ name = '', value = '', output }, signal) {
      await runHook('cleanup', { name, value, output }, signal)
    },
  }
}

interface Hook {
  readonly name: string
  readonly value: string
  readonly output?: string | undefined
}

const outputLimit = 4096

function hookEnv(env: ProviderContext['env'], { name, value, output }: Hook): NodeJS.ProcessEnv {
  // A hook that knows only the domain publishes at `_acme-challenge.DOMAIN`. Where an alias leads elsewhere there is
  // no such domain, and none is safer than a wrong one.
  const [, domain] = /^_acme-challenge\.(.+)$/.exec(plainName(name)) ?? []
  return {
    ...env,
    CERTBOT_VALIDATION: value,
    CERTBOT_DOMAIN: domain,
    CERTBOT_TOKEN: undefined,
    CERTBOT_AUTH_OUTPUT: output,
  }
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  readonly seconds: number
  readonly signal: AbortSignal | undefined
}

/** Runs a program to its end and resolves with what it wrote to its standard output. */
async function run(
  program: string,
  args: readonly string[],
  { env, seconds, signal }: RunOptions,
): Promise<string> {
  const options = { env, timeoutMs: seconds * 1000, signal }
  const { exit, stdout, stderr } = await runProgram([program, ...args], options)
  if (exit === 0) return stdout
  if (exit === 'ETIMEDOUT') throw new CertwrightError('DNS_PROGRAM_TIMED_OUT', { program, seconds })
  if (typeof exit === 'string' && !exit.startsWith('SIG')) {
    throw new CertwrightError('DNS_PROGRAM_NOT_STARTED', { program, reason: exit })
  }
  throw new CertwrightError('DNS_PROGRAM_FAILED', { program, exit, stderr: lastLines(stderr) })
}
