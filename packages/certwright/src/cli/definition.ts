import { sameIdentifiers, type Identifier } from '@certwright/acme'
import { issuerNames, issuerUrl } from '../issuance/known-issuers.ts'
import { certificateIdFor, isCertificateId } from '../manager/certificate-id.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { Certificate } from '../store/store.ts'
import { challengeFrom, checkProvable, resolversFrom } from './challenge-options.ts'
import { domainGiven, identifiersGiven } from './given-name.ts'
import { keyTypes } from './grammar.ts'
import { keySourceFrom, sameKeys, wantedKeyFrom, type WantedKey } from './key-source.ts'
import type { Options } from './options.ts'
import { certificateRequestFrom } from '../x509/certificate-request.ts'

/** What the command line says of a certificate. What it does not say is absent. */
export interface Wanted extends Pick<WantedKey, 'keyType' | 'keySource'> {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly directoryUrl?: string
  /** `false`: none, whatever was kept. */
  readonly profile?: string | false
  readonly preferredChain?: string | false
  readonly challenge?: ChallengeSettings
  /** `ADDRESS:PORT`; where nothing else is said of the challenge, they go with what was kept of it. */
  readonly resolvers?: readonly string[]
  /** As the resolvers. */
  readonly ancestor?: string
  /** Absolute. */
  readonly out?: string
}

/** Reads what `issue` was given. Judges each value, and whether they fit each other. */
export async function wantedFrom(
  given: readonly string[],
  options: Options,
  path: (text: string) => string,
): Promise<Wanted> {
  const keyType = keyTypes.find((type) => type === options.text('key'))
  const { names, ...key } = await wantedKeyFrom(options, keyType, path)
  const identifiers = identifiersFrom(given, names)
  const issuer = options.text('issuer')
  const challenge = challengeFrom(options, path)
  const resolvers = resolversFrom(options)
  const ancestor = options.text('ancestor')
  const out = options.text('out')
  return {
    id: idFrom(options.text('cert'), identifiers),
    identifiers,
    ...(issuer !== undefined && { directoryUrl: directoryUrlFrom(issuer) }),
    ...key,
    ...settled(options, 'profile'),
    ...settled(options, 'preferredChain'),
    ...(challenge && { challenge }),
    ...(resolvers && { resolvers }),
    ...(ancestor !== undefined && { ancestor: domainGiven(ancestor) }),
    ...(out !== undefined && { out: path(out) }),
  }
}

/** Text that was given, or `false` where its `--no-` form was. */
function settled<Name extends string>(
  options: Options,
  name: Name,
): { readonly [N in Name]?: string | false } {
  const value = options.off(name) ? false : options.text(name)
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string | false }
}

/** The definition to be kept: what is wanted, else what was kept, else the default. */
export function definitionFrom(
  wanted: Wanted,
  kept: Certificate | undefined,
  defaults: { readonly out: string; readonly now: number },
): Certificate {
  const keySource = keySourceFrom(wanted, kept?.keySource)
  const profile = wanted.profile ?? kept?.profile
  const preferredChain = wanted.preferredChain ?? kept?.preferredChain
  const definition: Certificate = {
    id: wanted.id,
    // The same names in another order are no change.
    identifiers:
      kept && sameIdentifiers(kept.identifiers, wanted.identifiers)
        ? kept.identifiers
        : wanted.identifiers,
    directoryUrl: wanted.directoryUrl ?? kept?.directoryUrl ?? directoryUrlFrom('letsencrypt'),
    keyType: wanted.keyType ?? kept?.keyType ?? 'ec256',
    ...(keySource && { keySource }),
    ...(typeof profile === 'string' && { profile }),
    ...(typeof preferredChain === 'string' && { preferredChain }),
    challenge: challengeOf(wanted, kept),
    out: wanted.out ?? kept?.out ?? defaults.out,
    ...(kept?.current !== undefined && { current: kept.current }),
    createdAt: kept?.createdAt ?? defaults.now,
  }
  checkRequested(definition)
  checkProvable(definition)
  return definition
}

function challengeOf(
  { challenge, resolvers, ancestor }: Wanted,
  kept: Certificate | undefined,
): ChallengeSettings {
  return {
    ...(challenge ?? kept?.challenge ?? { type: 'http-01' }),
    ...(resolvers && { resolvers }),
    ...(ancestor !== undefined && { ancestor }),
  }
}

/** Whether a certificate for one definition does for the other. */
export function sameCertificate(a: Certificate, b: Certificate): boolean {
  return (
    sameIdentifiers(a.identifiers, b.identifiers) &&
    a.directoryUrl === b.directoryUrl &&
    a.profile === b.profile &&
    sameKeys(a, b)
  )
}

/** The directory URL that `--issuer` names. */
export function directoryUrlFrom(issuer: string): string {
  const url = issuerUrl(issuer)
  if (url !== undefined) return url
  throw new CertwrightError('USAGE_NOT_AN_ISSUER', { value: issuer, known: issuerNames.join(', ') })
}

/** Those that were given must be those of the certificate request, where there is one. */
function identifiersFrom(
  given: readonly string[],
  requested: readonly string[] | undefined,
): readonly Identifier[] {
  const names = identifiersGiven(given)
  if (!requested) {
    if (names.length > 0) return names
    throw new CertwrightError('USAGE_MISSING_ARGUMENT', { argument: 'NAME', command: 'issue ' })
  }
  const own = identifiersGiven(requested)
  if (names.length === 0 || sameIdentifiers(names, own)) return own
  throw namesDiffer(own)
}

function namesDiffer(requested: readonly Identifier[]): CertwrightError {
  const names = requested.map(({ value }) => value).join(', ')
  return new CertwrightError('CSR_NAMES_DIFFER', { names })
}

/** A certificate request that was kept asks for its own names for ever. */
function checkRequested({ identifiers, keySource, id }: Certificate): void {
  if (keySource?.from !== 'csr') return
  const { names } = certificateRequestFrom(Buffer.from(keySource.request, 'base64'), id)
  const own = identifiersGiven(names)
  if (!sameIdentifiers(identifiers, own)) throw namesDiffer(own)
}

function idFrom(asked: string | undefined, identifiers: readonly Identifier[]): string {
  const id = asked ?? certificateIdFor(identifiers)
  if (!isCertificateId(id)) throw new CertwrightError('USAGE_NOT_AN_ID', { value: id })
  return id
}
