import { fill, printable, type Language, type Params, type Text } from '../runtime/catalogue.ts'
import type { TextSink } from './world.ts'

/**
 * The voice of the command. What was asked for goes to standard output; everything else to standard error, each
 * line with `certwright: ` before it. With `--json` one document goes to standard output and nothing else anywhere.
 */
export interface Output {
  readonly language: Language
  readonly json: boolean
  /** Cells in a line of standard output. */
  readonly width: number
  /** A text in the reader's language. */
  text(text: Text, params?: Params): string
  /** What was asked for: `document` under `--json`, with the cautions so far as `warnings`; else the lines. */
  result(document: object, lines: () => readonly string[]): void
  /** Something on the way: standard error, silent under `--json` and `--quiet`. */
  note(line: string): void
  /** Something wrong, on standard error; silent under `--json` only, where the document says it. */
  warn(line: string): void
  /** Something that a person should know and that stops nothing: a warning, which `--json` shows in its document. */
  caution(caution: Caution): void
  /** Text or bytes as they are, to standard output. */
  raw(content: string | Uint8Array): void
}

/** A warning, as `--json` shows it with its message. Others script against the codes. */
export interface Caution {
  readonly code: string
  readonly text: Text
  readonly params: Params
}

export interface OutputOptions {
  readonly language: Language
  readonly json?: boolean
  readonly quiet?: boolean
}

export function outputTo(
  // Standard error is opened when something is written to it.
  world: { readonly stdout: TextSink; readonly stderr: TextSink },
  { language, json = false, quiet = false }: OutputOptions,
): Output {
  const { stdout } = world
  const aside = (line: string): void => {
    world.stderr.write(`certwright: ${printable(line)}\n`)
  }
  const warnings: object[] = []
  return {
    language,
    json,
    width: Math.min(stdout.columns ?? 100, 120),
    text: (text, params) => fill(text, language, params),
    result(document, lines) {
      const whole = warnings.length === 0 ? document : { ...document, warnings }
      if (json) stdout.write(`${JSON.stringify(whole, undefined, 2)}\n`)
      else for (const line of lines()) stdout.write(`${printable(line)}\n`)
    },
    note(line) {
      if (!json && !quiet) aside(line)
    },
    warn(line) {
      if (!json) aside(line)
    },
    caution({ code, text, params }) {
      const message = fill(text, language, params)
      warnings.push({ code, message, params })
      if (!json) aside(message)
    },
    raw(content) {
      stdout.write(content)
    },
  }
}
