import { type OptionValues } from '../dns/provider-options.ts'
import { nearest } from '../runtime/nearest.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { TargetContext } from './target-context.ts'
import type { TargetKind, TargetOption } from './target.ts'

/**
 * Checks what a person set on a target and fills the rest from the environment. An unknown key, or a required one
 * that is missing, throws an error that says what to type. Values are never repeated: some are secrets.
 */
export function targetValues<const Options extends readonly TargetOption[]>(
  { name: target, options }: Pick<TargetKind, 'name'> & { readonly options: Options },
  values: Readonly<Record<string, string>>,
  { env }: Pick<TargetContext, 'env'>,
): OptionValues<Options> {
  const keys = options.map(({ key }) => key)
  for (const option of Object.keys(values)) {
    if (keys.includes(option)) continue
    const params = { target, option, known: keys.join(', ') || '-' }
    const suggestion = nearest(option, keys)
    throw suggestion === undefined
      ? new CertwrightError('TARGET_OPTION_UNKNOWN', params)
      : new CertwrightError('TARGET_OPTION_MISSPELT', { ...params, suggestion })
  }
  const entries = options.map(({ key, required, env: names = [] }) => {
    const value = values[key] ?? names.map((name) => env[name]).find((text) => text)
    if (required && !value) {
      throw new CertwrightError('TARGET_OPTION_MISSING', { target, option: key })
    }
    return [key, value || undefined] as const
  })
  return Object.fromEntries(entries) as OptionValues<Options>
}

/** `expected` shows the form in signs that need no translation, e.g. `cas | direct`. The value is not repeated. */
export function wrongTargetOption(
  target: string,
  option: string,
  expected: string,
): CertwrightError {
  return new CertwrightError('TARGET_OPTION_NOT_CONFORM', { target, option, expected })
}

/** An option's value among a few words; the first where it is not given. */
export function choiceOption<const Word extends string>(
  target: string,
  option: string,
  text: string | undefined,
  words: readonly [Word, ...Word[]],
): Word {
  const choice = text === undefined ? words[0] : words.find((word) => word === text)
  if (choice === undefined) throw wrongTargetOption(target, option, words.join(' | '))
  return choice
}

/** An option's value as a TCP port; `otherwise` where it is not given. */
export function portOption(
  target: string,
  option: string,
  text: string | undefined,
  otherwise: number,
): number {
  if (text === undefined) return otherwise
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw wrongTargetOption(target, option, '1 - 65535')
  return port
}

/** An option's value as milliseconds, given in whole seconds; `otherwise`, in seconds, where it is not given. */
export function secondsOption(
  target: string,
  option: string,
  text: string | undefined,
  otherwise: number,
): number {
  if (text === undefined) return otherwise * 1000
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (seconds < 1) throw wrongTargetOption(target, option, '1 - 99999')
  return seconds * 1000
}
