import { isDeepStrictEqual } from 'node:util'
import type { ProviderModule } from '../../dns/provider-options.ts'
import { providers } from '../../dns/providers/registry.ts'
import { Secret } from '../../runtime/secret.ts'
import type { OptionEntry, ProviderEntry } from '../config/schema.ts'
import { textAt } from './disk.ts'
import type { Notes } from './reading.ts'
import type { TakenChallenge, TakeoverContext } from './taken.ts'

type DnsChallenge = Extract<TakenChallenge, { type: 'dns-01' }>

/** A secret that another client kept in a file of its own, and that is to have one here. */
export interface SecretFile {
  /** Relative to the configuration file. */
  readonly path: string
  readonly text: Secret
}

/** The DNS providers that certificates need, by the names that a file gives them. */
export interface DnsEntries {
  readonly entries: Readonly<Record<string, ProviderEntry>>
  readonly secrets: readonly SecretFile[]
  /** Whether a person has named the provider for what says nothing. */
  readonly isChosen: boolean
  /** The name of the entry for a challenge. Where no provider is its counterpart, one that asks a person. */
  nameFor(challenge: DnsChallenge | undefined, certificate: string): Promise<string>
}

export interface DnsEntriesOptions {
  /** The client whose names these are. */
  readonly client: string
  /** A provider for challenges that say nothing or nothing known. */
  readonly provider?: string | undefined
  readonly context: TakeoverContext
}

const byHand = { provider: 'manual' } as const

export function dnsEntries(
  { client, provider, context }: DnsEntriesOptions,
  told: Notes,
): DnsEntries {
  const entries: Record<string, ProviderEntry> = {}
  const secrets: SecretFile[] = []
  const named = (entry: ProviderEntry, wanted: string): string => {
    const same = Object.entries(entries).find(([, one]) => isDeepStrictEqual(one, entry))
    if (same) return same[0]
    let name = wanted
    for (let number = 2; name in entries; number += 1) name = `${wanted}-${number}`
    entries[name] = entry
    return name
  }
  return {
    entries,
    secrets,
    isChosen: provider !== undefined,
    async nameFor(challenge, certificate) {
      const found = challenge && (await counterpart(client, challenge))
      if (challenge && !found)
        told.add('service-unknown', { service: challenge.service }, certificate)
      if (found) {
        const missing = missingOf(found, context)
        if (missing.length === 0) return named(entryOf(found, secrets), found.name)
        const params = { provider: found.name, options: missing.join(', ') }
        told.add('settings-missing', params, certificate)
      }
      return provider === undefined ? named(byHand, 'by-hand') : named({ provider }, provider)
    },
  }
}

interface Counterpart {
  readonly name: string
  readonly module: ProviderModule
  readonly values: Readonly<Record<string, string>>
}

/** Our provider for a service as the client calls it, with our options. */
async function counterpart(
  client: string,
  { service, settings }: DnsChallenge,
): Promise<Counterpart | undefined> {
  for (const [name, load] of Object.entries(providers)) {
    const module: ProviderModule = await load()
    const there = module.elsewhere?.find((one) => one.client === client && one.name === service)
    if (there) return { name, module, values: await there.optionsFrom(settings, { text: textAt }) }
  }
  return undefined
}

function missingOf({ module, values }: Counterpart, { env }: TakeoverContext): readonly string[] {
  return module.options
    .filter(
      ({ key, required, env: names = [] }) =>
        required && !values[key] && !names.some((name) => env[name]),
    )
    .map(({ key }) => key)
}

/** Secrets go to files of their own: the configuration is made to be shown. */
function entryOf({ name, module, values }: Counterpart, secrets: SecretFile[]): ProviderEntry {
  const options: Record<string, OptionEntry> = {}
  for (const { key, secret } of module.options) {
    const value = values[key]
    if (value === undefined) continue
    options[key] = secret ? { file: secretFile(`${name}-${key}`, value, secrets) } : value
  }
  return { provider: name, ...(Object.keys(options).length > 0 && { options }) }
}

function secretFile(name: string, value: string, secrets: SecretFile[]): string {
  const path = (number: number): string => `secrets/${name}${number === 1 ? '' : `-${number}`}`
  for (let number = 1; ; number += 1) {
    const there = secrets.find((one) => one.path === path(number))
    if (there && there.text.reveal() !== value) continue
    if (!there) secrets.push({ path: path(number), text: new Secret(value) })
    return path(number)
  }
}
