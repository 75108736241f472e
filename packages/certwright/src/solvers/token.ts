import { CertwrightError } from '../runtime/error.ts'

/**
 * The token, once it is known to be one: RFC 8555 §8.3 allows no "characters outside the base64url alphabet".
 * It comes from the CA and becomes a path, so that anything else may be an attack.
 */
export function checkedToken(token: string): string {
  if (!/^[A-Za-z0-9_-]{1,512}$/.test(token)) {
    throw new CertwrightError('CHALLENGE_TOKEN_NOT_CONFORM', { token: token.slice(0, 100) })
  }
  return token
}
