import { resolve } from 'node:path'
import { AcmeError, identifierFrom, type Identifier } from '@certwright/acme'
import { isWithin } from '../../dns/domain-name.ts'
import { isProviderName, providers } from '../../dns/providers/registry.ts'
import { serverAddressFrom } from '../../dns/server-address.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DesiredChallenge, OptionValues } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import { judgeOptions, optionValuesOf, placedOptions } from './options.ts'
import { isFaulty, isKnown, mappingAt, namesAt, type Reading } from './reading.ts'
import type { ChallengeEntry, ProviderEntry } from './schema.ts'
import { isByDns, publishes } from '../../solvers/challenge-settings.ts'

/** A DNS provider with what was set on it. */
export interface DesiredProvider {
  readonly provider: string
  readonly options: OptionValues
}

export type DesiredProviders = ReadonlyMap<string, DesiredProvider>

/** What the file lists under `dns`, by name. One that is wrong has been remarked on and is left out. */
export async function desiredProviders(reading: Reading): Promise<DesiredProviders> {
  const found = new Map<string, DesiredProvider>()
  for (const name of namesAt(reading, ['dns'])) {
    const path = ['dns', name]
    const entry = mappingAt<ProviderEntry>(reading, path, ['provider'])
    const provider = entry && (await providerFrom(entry, path, reading))
    if (provider) found.set(name, provider)
  }
  return found
}

async function providerFrom(
  entry: ProviderEntry,
  path: FilePath,
  reading: Reading,
): Promise<DesiredProvider | undefined> {
  const { provider: name } = entry
  const naming = {
    path: [...path, 'provider'],
    unknown: 'CONFIG_PROVIDER_UNKNOWN',
    misspelt: 'CONFIG_PROVIDER_MISSPELT',
  } as const
  if (!isKnown(name, Object.keys(providers), naming, reading) || !isProviderName(name)) {
    return undefined
  }
  const { options: known, provider } = await providers[name]()
  const { values, complete } = placedOptions(entry, path, { name, known }, reading)
  if (complete) {
    judgeOptions(values, path, name, (own) => void provider(own, reading.context), reading)
  }
  return { provider: name, options: optionValuesOf(values) }
}

const keysOfType = {
  'http-01': ['webroot', 'port', 'resolvers', 'ancestor'],
  'tls-alpn-01': ['port', 'resolvers', 'ancestor'],
  'dns-01': ['dns', 'resolvers', 'propagation-check', 'ancestor'],
  'dns-account-01': ['dns', 'resolvers', 'propagation-check', 'ancestor'],
  'dns-persist-01': ['resolvers', 'propagation-check', 'ancestor'],
} as const satisfies Record<DesiredChallenge['type'], readonly string[]>

/** How challenges are fulfilled: `http-01` where nothing was said, `dns-01` where a provider was. */
export function challengeFrom(
  entry: ChallengeEntry | undefined,
  path: FilePath,
  dns: DesiredProviders,
  reading: Reading,
): DesiredChallenge {
  const settings = typeof entry === 'object' ? entry : {}
  const { webroot, port, resolvers } = settings
  const asked = typeof entry === 'string' ? entry : settings.type
  const type = asked ?? (settings.dns === undefined ? 'http-01' : 'dns-01')
  checkKeys(settings, type, path, reading)
  for (const [i, text] of (resolvers ?? []).entries()) {
    checkResolver(text, [...path, 'resolvers', i], reading)
  }
  const ancestor = ancestorFrom(settings.ancestor, [...path, 'ancestor'], reading)
  const provider = publishes(type) ? providerNamed(settings.dns, path, dns, reading) : undefined
  return {
    type,
    ...(webroot !== undefined && { webroot: resolve(reading.directory, webroot) }),
    ...(port !== undefined && { [type === 'http-01' ? 'httpPort' : 'tlsPort']: port }),
    ...(provider && { dns: provider.provider, dnsOptions: provider.options }),
    ...(resolvers && { resolvers }),
    ...(settings['propagation-check'] === false && { propagationCheck: false }),
    ...(ancestor !== undefined && { ancestor }),
  }
}

function checkKeys(
  settings: object,
  type: DesiredChallenge['type'],
  path: FilePath,
  { remarks }: Reading,
): void {
  const own: readonly string[] = keysOfType[type]
  for (const key of Object.keys(settings)) {
    if (key === 'type' || own.includes(key)) continue
    const needed = Object.entries(keysOfType)
      .filter(([, keys]) => (keys as readonly string[]).includes(key))
      .map(([other]) => other)
    const params = { key, needed: needed.join(', '), challenge: type }
    remarks.error('CONFIG_CHALLENGE_MISFIT', [...path, key], params, { onKey: true })
  }
  if ('webroot' in settings && 'port' in settings) {
    remarks.error(
      'CONFIG_EXCLUDE',
      [...path, 'port'],
      { key: 'webroot', other: 'port' },
      { onKey: true },
    )
  }
}

function checkResolver(text: string, path: FilePath, { remarks }: Reading): void {
  try {
    serverAddressFrom(text)
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    remarks.error(error.code, path, error.params)
  }
}

function ancestorFrom(
  name: string | undefined,
  path: FilePath,
  { remarks }: Reading,
): string | undefined {
  if (name === undefined) return undefined
  try {
    const { type, value } = identifierFrom(name)
    if (type === 'dns' && !value.startsWith('*.')) return value
    remarks.error('CONFIG_NOT_A_DOMAIN', path, { name })
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error
    remarks.error('CONFIG_NOT_A_NAME', path, { name, reason: error.reason ?? '' })
  }
  return undefined
}

function providerNamed(
  name: string | undefined,
  path: FilePath,
  dns: DesiredProviders,
  reading: Reading,
): DesiredProvider | undefined {
  if (name === undefined) {
    if (!isFaulty(reading, path)) reading.remarks.error('CONFIG_DNS_NEEDED', path)
    return undefined
  }
  const naming = {
    path: [...path, 'dns'],
    unknown: 'CONFIG_DNS_UNKNOWN',
    misspelt: 'CONFIG_DNS_MISSPELT',
  } as const
  if (!isKnown(name, namesAt(reading, ['dns']), naming, reading)) return undefined
  reading.used.add(`dns.${name}`)
  return dns.get(name)
}

/** Remarks on names that this type of challenge can never prove. */
export function checkProvable(
  identifiers: readonly Identifier[],
  { type: challenge, ancestor }: Pick<DesiredChallenge, 'type' | 'ancestor'>,
  path: FilePath,
  { remarks }: Reading,
): void {
  for (const [i, { type, value: name }] of identifiers.entries()) {
    if (!isByDns(challenge) && name.startsWith('*.')) {
      remarks.error('CONFIG_WILDCARD_NEEDS_DNS', [...path, i], { name, challenge })
    }
    // RFC 8738 §7: "dns-01" challenge … MUST NOT be used to validate IP identifiers.
    if (isByDns(challenge) && type === 'ip') {
      remarks.error('CONFIG_ADDRESS_NEEDS_CONNECTION', [...path, i], { name, challenge })
    }
    if (ancestor !== undefined && !isWithin(name, ancestor)) {
      remarks.error('CONFIG_NOT_BELOW', [...path, i], { name, ancestor })
    }
  }
}
