import { knownIssuer, type KeyKind, type KnownIssuer } from '../issuance/known-issuers.ts'
import type { Certificate, KeyType } from '../store/store.ts'

/** Why an issuer need not be asked for a certificate: what is known of it beforehand says no. */
export type Ineligibility =
  | 'ended'
  | 'key-type'
  | 'identifier-type'
  | 'wildcard'
  | 'names'
  | 'profile'
  | 'challenge'

const kinds: Readonly<Record<KeyType, KeyKind>> = {
  ec256: 'P-256',
  ec384: 'P-384',
  rsa2048: 'RSA',
  rsa3072: 'RSA',
  rsa4096: 'RSA',
}

type Wanted = Pick<Certificate, 'identifiers' | 'keyType' | 'profile' | 'challenge'>

/** Undefined where nothing speaks against asking. What is not known speaks against nothing. */
export function ineligibility(directoryUrl: string, wanted: Wanted): Ineligibility | undefined {
  const known = knownIssuer(directoryUrl)
  return known && refusals.find(([, refuses]) => refuses(known, wanted))?.[0]
}

const refusals: ReadonlyArray<
  readonly [Ineligibility, (known: KnownIssuer, wanted: Wanted) => boolean]
> = [
  ['ended', ({ endedOn }) => endedOn !== undefined],
  [
    'key-type',
    ({ certificateKeys }, { keyType }) => certificateKeys?.includes(kinds[keyType]) === false,
  ],
  [
    'identifier-type',
    ({ identifierTypes }, { identifiers }) =>
      identifiers.some(({ type }) => isOutside(type, identifierTypes)),
  ],
  [
    'wildcard',
    ({ wildcards }, { identifiers }) =>
      wildcards === false && identifiers.some(({ value }) => value.startsWith('*.')),
  ],
  ['names', ({ maxNames }, { identifiers }) => identifiers.length > (maxNames ?? Infinity)],
  [
    'profile',
    ({ profiles }, { profile }) =>
      profile !== undefined && profiles?.some(({ name }) => name === profile) === false,
  ],
  ['challenge', ({ challenges }, { challenge }) => challenges?.includes(challenge.type) === false],
]

function isOutside(type: string, known: readonly string[] | undefined): boolean {
  return known?.includes(type) === false
}
