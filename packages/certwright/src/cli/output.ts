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
  /** What was asked for: `document` under `--json`, else the lines. */
  result(document: unknown, lines: () => readonly string[]): void
  /** Something on the way: standard error, silent under `--json` and `--quiet`. */
  note(line: string): void
  /** Something wrong, on standard error; silent under `--json` only, where the document says it. */
  warn(line: string): void
  /** Text or bytes as they are, to standard output. */
  raw(content: string | Uint8Array): void
}

export interface OutputOptions {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly language: Language
  readonly json?: boolean
  readonly quiet?: boolean
}

export function outputTo({
  stdout,
  stderr,
  language,
  json = false,
  quiet = false,
}: OutputOptions): Output {
  const aside = (line: string): void => {
    stderr.write(`certwright: ${printable(line)}\n`)
  }
  return {
    language,
    json,
    width: Math.min(stdout.columns ?? 100, 120),
    text: (text, params) => fill(text, language, params),
    result(document, lines) {
      if (json) stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
      else for (const line of lines()) stdout.write(`${printable(line)}\n`)
    },
    note(line) {
      if (!json && !quiet) aside(line)
    },
    warn(line) {
      if (!json) aside(line)
    },
    raw(content) {
      stdout.write(content)
    },
  }
}
