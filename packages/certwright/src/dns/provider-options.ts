import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import { nearest } from '../runtime/nearest.ts'
import type { Orphan, OrphanSearch } from './orphan.ts'
import type { DnsProvider, ProviderOption, TxtRecord } from './provider.ts'

/** What is lent to a provider. */
export interface ProviderContext {
  readonly host: Host
  /** The environment: variables that an option names, and what a program is started with. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Shows a record to a person and resolves once it has been added. Absent where nobody is at a terminal. */
  readonly ask?: ((record: TxtRecord) => Promise<void>) | undefined
}

/** What another ACME client calls a provider, and how it says what our options say. */
export interface Elsewhere {
  readonly client: string
  /** The client's own name of it. */
  readonly name: string
  /** Our options, from the client's own settings. What is not among them is left out. */
  readonly optionsFrom: (
    settings: Readonly<Record<string, string>>,
    files: { readonly text: (path: string) => Promise<string | undefined> },
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
}

/** Our options by the client's names of them; for `Elsewhere.optionsFrom`. */
export function renamed(
  names: Readonly<Record<string, string>>,
): (settings: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  return (settings) =>
    Object.fromEntries(
      Object.entries(names).flatMap(([theirs, ours]) => {
        const value = settings[theirs]
        return value ? [[ours, value] as const] : []
      }),
    )
}

/** What a provider's file exports. */
export interface ProviderModule {
  readonly options: readonly ProviderOption[]
  /** How other clients know it, for those who come from there. */
  readonly elsewhere?: readonly Elsewhere[]
  /** Makes the provider. Checks its options and reads the environment; talks to nobody yet. */
  readonly provider: (
    values: Readonly<Record<string, string>>,
    context: ProviderContext,
  ) => DnsProvider
  /** Finds what killed runs left behind, where the service keeps a mark by which it is known. Removes nothing. */
  readonly orphans?: (
    values: Readonly<Record<string, string>>,
    context: ProviderContext,
    search?: OrphanSearch,
    signal?: AbortSignal,
  ) => AsyncIterable<Orphan>
}

/** The values of a provider's options: text for each that is required, perhaps `undefined` for the others. */
export type OptionValues<Options extends readonly ProviderOption[]> = {
  readonly [Option in Options[number] as Option['key']]: Option extends { readonly required: true }
    ? string
    : string | undefined
}

/**
 * Checks what a person set and fills the rest from the environment. An unknown key, or a required one that is
 * missing, throws an error that says what to type.
 */
export function optionValues<const Options extends readonly ProviderOption[]>(
  provider: string,
  options: Options,
  values: Readonly<Record<string, string>>,
  env: ProviderContext['env'],
): OptionValues<Options> {
  const keys = options.map(({ key }) => key)
  for (const option of Object.keys(values)) {
    if (keys.includes(option)) continue
    const params = { provider, option, known: keys.join(', ') || '-' }
    const suggestion = nearest(option, keys)
    throw suggestion === undefined
      ? new CertwrightError('DNS_OPTION_UNKNOWN', params)
      : new CertwrightError('DNS_OPTION_MISSPELT', { ...params, suggestion })
  }
  const entries = options.map(({ key, required, env: names = [] }) => {
    const value = values[key] ?? names.map((name) => env[name]).find((text) => text)
    if (required && !value) throw missingOption(provider, key)
    return [key, value || undefined] as const
  })
  return Object.fromEntries(entries) as OptionValues<Options>
}

export function missingOption(provider: string, option: string): CertwrightError {
  return new CertwrightError('DNS_OPTION_MISSING', { provider, option })
}

/** `expected` shows the form in signs that need no translation, e.g. `true | false`. The value is not repeated. */
export function wrongOption(provider: string, option: string, expected: string): CertwrightError {
  return new CertwrightError('DNS_OPTION_NOT_CONFORM', { provider, option, expected })
}

/** An option's whole number between bounds. */
export function numberOption(
  provider: string,
  option: string,
  text: string,
  [least, most]: readonly [number, number],
): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw wrongOption(provider, option, `${least}…${most}`)
}
