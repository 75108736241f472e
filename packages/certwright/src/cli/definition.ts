import {
  AcmeError,
  identifierFrom,
  identifierSet,
  sameIdentifiers,
  type Identifier,
} from '@certwright/acme'
import { serverAddressFrom } from '../dns/server-address.ts'
import { issuerNames, issuerUrl } from '../issuance/known-issuers.ts'
import { certificateIdFor, isCertificateId } from '../manager/certificate-id.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { Certificate } from '../store/store.ts'
import { keyTypes } from './grammar.ts'
import { keySourceFrom, sameKeys, wantedKeyFrom, type WantedKey } from './key-source.ts'
import { flagOf, keyValues, type Options } from './options.ts'
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
    challenge: wanted.challenge ?? challengeOf(kept, wanted.resolvers),
    out: wanted.out ?? kept?.out ?? defaults.out,
    ...(kept?.current !== undefined && { current: kept.current }),
    createdAt: kept?.createdAt ?? defaults.now,
  }
  checkRequested(definition)
  checkProvable(definition)
  return definition
}

function challengeOf(
  kept: Certificate | undefined,
  resolvers: readonly string[] | undefined,
): ChallengeSettings {
  return { ...(kept?.challenge ?? { type: 'http-01' }), ...(resolvers && { resolvers }) }
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
  const names = eachOnce(given)
  if (!requested) {
    if (names.length > 0) return names
    throw new CertwrightError('USAGE_MISSING_ARGUMENT', { argument: 'NAME', command: 'issue ' })
  }
  const own = eachOnce(requested)
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
  const own = eachOnce(names)
  if (!sameIdentifiers(identifiers, own)) throw namesDiffer(own)
}

/** Each name once, in the order given: the first names the certificate. */
function eachOnce(names: readonly string[]): Identifier[] {
  const identifiers = new Map<string, Identifier>()
  for (const name of names) {
    const identifier = namedBy(name)
    identifiers.set(identifierSet([identifier]), identifier)
  }
  return [...identifiers.values()]
}

function namedBy(name: string): Identifier {
  try {
    return identifierFrom(name)
  } catch (cause) {
    if (!(cause instanceof AcmeError)) throw cause
    throw new CertwrightError('USAGE_NOT_A_NAME', { name, reason: cause.message }, { cause })
  }
}

function idFrom(asked: string | undefined, identifiers: readonly Identifier[]): string {
  const id = asked ?? certificateIdFor(identifiers)
  if (!isCertificateId(id)) throw new CertwrightError('USAGE_NOT_AN_ID', { value: id })
  return id
}

/** Resolvers belong to none of them: what a CA will look up is looked up beforehand, whatever the type. */
const optionsOfType = {
  'http-01': ['httpPort', 'webroot'],
  'tls-alpn-01': ['tlsPort'],
  'dns-01': ['dns', 'dnsOption', 'propagationCheck'],
} as const satisfies Record<ChallengeSettings['type'], readonly string[]>

/** `undefined` where nothing was said of it. Once something is, it replaces all that was kept. */
function challengeFrom(
  options: Options,
  path: (text: string) => string,
): ChallengeSettings | undefined {
  const asked = options.text('challenge')
  const given = Object.entries(optionsOfType).flatMap(([type, names]) =>
    names
      .filter((name) => isGiven(name, options))
      .map((name) => ({ type: type as ChallengeSettings['type'], name })),
  )
  const [first] = given
  const type = (asked as ChallengeSettings['type'] | undefined) ?? first?.type
  if (type === undefined) return undefined
  const misfit = given.find((option) => option.type !== type)
  if (misfit) {
    const option =
      misfit.name === 'propagationCheck' ? '--no-propagation-check' : flagOf(misfit.name)
    throw new CertwrightError('USAGE_OPTION_FOR_OTHER_CHALLENGE', {
      option,
      needed: misfit.type,
      challenge: type,
    })
  }
  return settingsOf(type, options, path)
}

function isGiven(name: string, options: Options): boolean {
  return options.text(name) !== undefined || options.list(name).length > 0 || options.off(name)
}

function settingsOf(
  type: ChallengeSettings['type'],
  options: Options,
  path: (text: string) => string,
): ChallengeSettings {
  const [httpPort, tlsPort] = [options.port('httpPort'), options.port('tlsPort')]
  const [webroot, dns] = [options.text('webroot'), options.text('dns')]
  const dnsOptions = options.list('dnsOption')
  const resolvers = resolversFrom(options)
  if (webroot !== undefined && httpPort !== undefined) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', {
      option: '--webroot',
      other: '--http-port',
    })
  }
  return {
    type,
    ...(httpPort !== undefined && { httpPort }),
    ...(tlsPort !== undefined && { tlsPort }),
    ...(webroot !== undefined && { webroot: path(webroot) }),
    ...(dns !== undefined && { dns }),
    ...(dnsOptions.length > 0 && { dnsOptions: keyValues(dnsOptions, '--dns-option') }),
    ...(resolvers && { resolvers }),
    ...(options.off('propagationCheck') && { propagationCheck: false }),
  }
}

function resolversFrom(options: Options): readonly string[] | undefined {
  const resolvers = options.list('resolver')
  for (const text of resolvers) serverAddressFrom(text)
  return resolvers.length > 0 ? resolvers : undefined
}

/** What no solver could ever prove is said before the CA is bothered. */
function checkProvable({ identifiers, challenge }: Certificate): void {
  for (const { type, value } of identifiers) {
    if (challenge.type !== 'dns-01' && value.startsWith('*.')) {
      throw new CertwrightError('USAGE_WILDCARD_NEEDS_DNS', {
        name: value,
        challenge: challenge.type,
      })
    }
    // RFC 8738 §7: "dns-01" challenge … MUST NOT be used to validate IP identifiers.
    if (challenge.type === 'dns-01' && type === 'ip') {
      throw new CertwrightError('USAGE_ADDRESS_NEEDS_CONNECTION', { name: value })
    }
  }
}
