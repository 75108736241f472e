import { AcmeError, identifierFrom, identifierSet, type Identifier } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'

/** Each name that a person gave once, in the order given: the first names the certificate. */
export function identifiersGiven(names: readonly string[]): readonly Identifier[] {
  const identifiers = new Map<string, Identifier>()
  for (const name of names) {
    const identifier = identifierGiven(name)
    identifiers.set(identifierSet([identifier]), identifier)
  }
  return [...identifiers.values()]
}

export function identifierGiven(name: string): Identifier {
  try {
    return identifierFrom(name)
  } catch (cause) {
    if (!(cause instanceof AcmeError)) throw cause
    throw new CertwrightError('USAGE_NOT_A_NAME', { name, reason: cause.message }, { cause })
  }
}

/** A domain name alone, without `*.`: no address. */
export function domainGiven(name: string): string {
  const { type, value } = identifierGiven(name)
  if (type === 'dns' && !value.startsWith('*.')) return value
  throw new CertwrightError('USAGE_NOT_A_DOMAIN', { name })
}
