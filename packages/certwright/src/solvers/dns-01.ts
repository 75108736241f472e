import { dns01Name, type Solver } from '@certwright/acme'
import { txtChallenge, type TxtChallengeOptions } from './txt-challenge.ts'

/** Answers dns-01 (RFC 8555 §8.4) at `_acme-challenge`, or where that is delegated to. */
export function dns01(options: TxtChallengeOptions): Solver {
  return txtChallenge(
    { type: 'dns-01', nameOf: ({ identifier }) => dns01Name(identifier.value) },
    options,
  )
}
