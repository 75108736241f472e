import { createHash } from 'node:crypto'

/**
 * The name under which everybody who makes an account or changes its key takes turns. Not the name of any certificate:
 * those begin with a letter or a digit.
 */
export function accountLock(directoryUrl: string): string {
  return `@${createHash('sha256').update(directoryUrl).digest('hex').slice(0, 32)}`
}
