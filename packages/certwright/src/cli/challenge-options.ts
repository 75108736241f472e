import type { Identifier } from '@certwright/acme'
import { isWithin } from '../dns/domain-name.ts'
import { serverAddressFrom } from '../dns/server-address.ts'
import { CertwrightError } from '../runtime/error.ts'
import { isByDns, type ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { Certificate } from '../store/store.ts'
import { flagOf, keyValues, type Options } from './options.ts'

type ChallengeType = ChallengeSettings['type']

const publishing = ['dns', 'dnsOption', 'propagationCheck'] as const

/**
 * Of several types that take an option, the first is meant where none is named. Resolvers belong to none of them: what a
 * CA will look up is looked up beforehand, whatever the type.
 */
const optionsOfType: Readonly<Record<ChallengeType, readonly string[]>> = {
  'http-01': ['httpPort', 'webroot'],
  'tls-alpn-01': ['tlsPort'],
  'dns-01': publishing,
  'dns-account-01': publishing,
  'dns-persist-01': ['propagationCheck'],
}

/** `undefined` where nothing was said of it. Once something is, it replaces all that was kept. */
export function challengeFrom(
  options: Options,
  path: (text: string) => string,
): ChallengeSettings | undefined {
  const types = Object.keys(optionsOfType) as ChallengeType[]
  const given = [...new Set(Object.values(optionsOfType).flat())]
    .filter((name) => isGiven(name, options))
    .map((name) => ({ name, types: types.filter((type) => optionsOfType[type].includes(name)) }))
  const asked = types.find((type) => type === options.text('challenge'))
  const type = asked ?? given[0]?.types[0]
  if (type === undefined) return undefined
  const misfit = given.find((option) => !option.types.includes(type))
  if (misfit) {
    const option =
      misfit.name === 'propagationCheck' ? '--no-propagation-check' : flagOf(misfit.name)
    throw new CertwrightError('USAGE_OPTION_FOR_OTHER_CHALLENGE', {
      option,
      needed: misfit.types[0] ?? '-',
      challenge: type,
    })
  }
  return settingsOf(type, options, path)
}

function isGiven(name: string, options: Options): boolean {
  return options.text(name) !== undefined || options.list(name).length > 0 || options.off(name)
}

function settingsOf(
  type: ChallengeType,
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

/** The resolvers that were named, each judged. */
export function resolversFrom(options: Options): readonly string[] | undefined {
  const resolvers = options.list('resolver')
  for (const text of resolvers) serverAddressFrom(text)
  return resolvers.length > 0 ? resolvers : undefined
}

/** What no solver could ever prove is said before the CA is bothered. */
export function checkProvable({
  identifiers,
  challenge: { type: challenge, ancestor },
}: Pick<Certificate, 'challenge'> & { readonly identifiers: readonly Identifier[] }): void {
  for (const { type, value: name } of identifiers) {
    if (!isByDns(challenge) && name.startsWith('*.')) {
      throw new CertwrightError('USAGE_WILDCARD_NEEDS_DNS', { name, challenge })
    }
    // RFC 8738 §7: "dns-01" challenge … MUST NOT be used to validate IP identifiers.
    if (isByDns(challenge) && type === 'ip') {
      throw new CertwrightError('USAGE_ADDRESS_NEEDS_CONNECTION', { name, challenge })
    }
    if (ancestor !== undefined && !isWithin(name, ancestor)) {
      throw new CertwrightError('USAGE_NOT_BELOW', { name, ancestor })
    }
  }
}
