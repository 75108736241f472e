import { dnsAccount01Name, type Solver } from '@certwright/acme'
import { txtChallenge, type TxtChallengeOptions } from './txt-challenge.ts'

/**
 * Answers dns-account-01 (draft ietf-acme-dns-account-label) at a name that belongs to the account alone, so that one
 * name can be delegated to several places, each with an account of its own.
 */
export function dnsAccount01(options: TxtChallengeOptions): Solver {
  return txtChallenge(
    {
      type: 'dns-account-01',
      nameOf({ identifier, accountUrl }) {
        if (accountUrl === undefined) throw new TypeError('the work does not name its account')
        return dnsAccount01Name(accountUrl, identifier.value)
      },
    },
    options,
  )
}
