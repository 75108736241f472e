import { readFile } from 'node:fs/promises'
import { CertwrightError } from '../../runtime/error.ts'
import { runProgram } from '../../runtime/program.ts'
import { Secret } from '../../runtime/secret.ts'
import type { ChallengeSettings } from '../../solvers/challenge-settings.ts'
import type { DesiredChallenge, OptionValues, SecretReference } from '../desired.ts'

/** Fetches one secret. The same reference is fetched once. */
export type SecretReader = (reference: SecretReference) => Promise<Secret>

export interface SecretReaderOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
}

/**
 * A reader of secrets for one run. What cannot be fetched throws `SECRET_NOT_FOUND`, which names the place and never
 * the value. A final line end, which editors and programs add, is no part of a secret.
 */
export function secretReader({ env, signal }: SecretReaderOptions): SecretReader {
  const fetched = new Map<string, Promise<Secret>>()
  return async (reference) => {
    if ('inline' in reference) return reference.inline
    const key = JSON.stringify(reference)
    const secret = fetched.get(key) ?? fetchSecret(reference, env, signal)
    fetched.set(key, secret)
    return secret
  }
}

/** A reference as a person writes it, e.g. `env NAME`. */
export function referenceText(reference: SecretReference): string {
  if ('env' in reference) return `env ${reference.env}`
  if ('file' in reference) return `file ${reference.file}`
  return 'command' in reference ? `command ${reference.command[0] ?? ''}` : 'inline'
}

type Fetched = Exclude<SecretReference, { readonly inline: Secret }>

async function fetchSecret(
  reference: Fetched,
  env: SecretReaderOptions['env'],
  signal: AbortSignal | undefined,
): Promise<Secret> {
  const notFound = (reason: string): CertwrightError =>
    new CertwrightError('SECRET_NOT_FOUND', { place: referenceText(reference), reason })
  if ('env' in reference) {
    const value = env[reference.env]
    if (!value) throw notFound(value === undefined ? 'unset' : 'empty')
    return new Secret(value)
  }
  const text =
    'file' in reference
      ? await readFile(reference.file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
          throw notFound(cause.code ?? '?')
        })
      : await outputOf(reference.command, { env, signal }, notFound)
  const value = text.replace(/\r?\n$/, '')
  if (value === '') throw notFound('empty')
  return new Secret(value)
}

const minuteMs = 60_000

/** What a program has printed is never said where it fails: it may be the secret. */
async function outputOf(
  [program = '', ...args]: readonly string[],
  { env, signal }: SecretReaderOptions,
  notFound: (reason: string) => CertwrightError,
): Promise<string> {
  const line = [program, ...args] as const
  const { exit, stdout } = await runProgram(line, { env, timeoutMs: minuteMs, signal })
  if (exit !== 0) throw notFound(typeof exit === 'number' ? `exit ${exit}` : exit)
  return stdout
}

/** These options with every secret fetched. */
export async function resolvedOptions(
  options: OptionValues,
  read: SecretReader,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(options).map(async ([key, value]) => {
    return [key, typeof value === 'string' ? value : (await read(value)).reveal()] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** How a certificate's challenges are fulfilled, with every secret fetched. */
export async function resolvedChallenge(
  { dnsOptions, ...settings }: DesiredChallenge,
  read: SecretReader,
): Promise<ChallengeSettings> {
  return {
    ...settings,
    ...(dnsOptions && { dnsOptions: await resolvedOptions(dnsOptions, read) }),
  }
}
