import { CertwrightError, type ErrorCode } from '../runtime/error.ts'
import { Interruption } from './interruption.ts'

/** What the shell is told. Others script against these. */
export const exitCode = {
  /** Done, or nothing to do. */
  done: 0,
  failed: 1,
  /** A command that only looks has found something to be done. */
  due: 2,
  /** The command line is wrong (`EX_USAGE`). */
  usage: 64,
} as const

/** Faults of what was typed that other rooms find. */
const usageCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'CONFIG_NOT_CONFORM',
  'CONFIG_NOT_FOUND',
  'ISSUER_ENDED',
  'ISSUER_URL_NEEDED',
  'DNS_PROVIDER_NOT_NAMED',
  'DNS_PROVIDER_UNKNOWN',
  'DNS_OPTION_UNKNOWN',
  'DNS_OPTION_MISSPELT',
  'DNS_OPTION_MISSING',
  'DNS_OPTION_NOT_CONFORM',
  'DNS_SERVER_ADDRESS_NOT_CONFORM',
  'TARGET_UNKNOWN',
  'TARGET_SPECIFIER_NOT_CONFORM',
  'TARGET_OPTION_REPEATED',
  'TARGET_OPTION_UNKNOWN',
  'TARGET_OPTION_MISSPELT',
  'TARGET_OPTION_MISSING',
  'TARGET_OPTION_NOT_CONFORM',
  'TARGET_KEY_TYPE',
  'TARGET_KEY_TYPES_DIFFER',
  'PLAN_NOT_READABLE',
  'TARGET_NEEDS_KEY',
  'CSR_NAMES_DIFFER',
  'PROFILE_NOT_OFFERED',
  'PROFILES_NOT_OFFERED',
])

/** The exit code that an error ends the command with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.exitCode
  if (!(error instanceof CertwrightError)) return exitCode.failed
  if (error.code === 'CANCELLED') return new Interruption('SIGINT').exitCode
  const usage = error.code.startsWith('USAGE_') || usageCodes.has(error.code)
  return usage ? exitCode.usage : exitCode.failed
}
