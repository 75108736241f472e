import { readFile } from 'node:fs/promises'
import { createClock } from '../adjustable-clock.ts'
import type { ClockOptions } from '../adjustable-clock.ts'
import type { SandboxOptions } from '../sandbox.ts'
import { complaints, pathText } from '../shape/shape.ts'
import { locateJson, placeAt } from './json-location.ts'
import type { Place } from './json-location.ts'
import { settingsShape } from './settings-shape.ts'

/** A file of options that cannot be used. Its message has a line for each complaint, `file:line:column: …`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly complaints: readonly string[]

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options)
    this.complaints = lines
  }
}

type Settings = Omit<SandboxOptions, 'clock'> & { readonly clock?: ClockOptions }

/** Reads options from a JSON file. Throws a {@link ConfigError} that has every complaint at once. */
export async function readConfigFile(file: string): Promise<SandboxOptions> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError([`${file}: ${(cause as Error).message}`], { cause })
  })
  return parseConfig(text, file)
}

/** The same for text that stands in a file of that name. */
export function parseConfig(text: string, file: string): SandboxOptions {
  const value = parseJson(text, file)
  const { placeOf, repeated } = locateJson(text)
  const wrong = [
    ...repeated.map((path) => ({ path, says: 'stands there twice' })),
    ...complaints(settingsShape, value),
  ]
  if (wrong.length > 0) {
    const lines = wrong.map(({ path, says }) => at(file, placeOf(path), `${nameOf(path)} ${says}`))
    throw new ConfigError(lines)
  }
  const { $schema: _, clock, ...options } = value as Settings & { readonly $schema?: string }
  return clock === undefined ? options : { ...options, clock: createClock(clock) }
}

function nameOf(path: readonly (string | number)[]): string {
  return path.length === 0 ? 'the whole' : pathText(path)
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const { message } = cause as Error
    const [, position] = /at position (\d+)/.exec(message) ?? []
    const offset = position === undefined ? text.length : Number(position)
    const says = message.replace(/ in JSON at position.*$/s, '')
    throw new ConfigError([at(file, placeAt(text, offset), `it is not JSON: ${says}`)], { cause })
  }
}

function at(file: string, { line, column }: Place, says: string): string {
  return `${file}:${line}:${column}: ${says}`
}
