import { CertwrightError } from '../runtime/error.ts'

/** One target as a person writes it: `NAME:KEY=VALUE,KEY=VALUE`. */
export interface TargetSpecifier {
  readonly name: string
  readonly values: Readonly<Record<string, string>>
}

const nameForm = /^[a-z][a-z0-9-]*(?=$|:)/
const keyForm = /[a-z][a-z0-9-]*=/g
const quotedForm = /"((?:[^"]|"")*)"(?=$|,)/g
const plainForm = /(?:[^",][^,]*)?(?=$|,)/g

/**
 * Reads `NAME:KEY=VALUE,KEY=VALUE`; a name alone is one without options. A value that holds a comma, or begins with a
 * double quote, stands in double quotes, where a double quote is written twice. Backslashes are only themselves.
 * Throws `TARGET_SPECIFIER_NOT_CONFORM` or `TARGET_OPTION_REPEATED`, neither of which repeats a value.
 */
export function targetSpecifierFrom(text: string): TargetSpecifier {
  const [name] = nameForm.exec(text) ?? []
  if (name === undefined) throw notConform(0)
  const values = new Map<string, string>()
  let at = name.length + 1
  while (at < text.length) {
    const key = matchAt(keyForm, text, at)?.[0].slice(0, -1)
    if (key === undefined) throw notConform(at)
    if (values.has(key)) {
      throw new CertwrightError('TARGET_OPTION_REPEATED', { target: name, option: key })
    }
    at += key.length + 1
    const quoted = matchAt(quotedForm, text, at)
    const value = quoted ?? matchAt(plainForm, text, at)
    if (!value) throw notConform(at)
    values.set(key, quoted ? (quoted[1] ?? '').replaceAll('""', '"') : value[0])
    at += value[0].length
    // A comma promises one more.
    if (text[at] === ',' && at + 1 === text.length) throw notConform(at)
    at += 1
  }
  return { name, values: Object.fromEntries(values) }
}

/** The text that `targetSpecifierFrom` reads. Secrets are in it where they are in the values. */
export function targetSpecifier(name: string, values: TargetSpecifier['values'] = {}): string {
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${valueText(value)}`)
  return pairs.length === 0 ? name : `${name}:${pairs.join(',')}`
}

function valueText(value: string): string {
  return value.includes(',') || value.startsWith('"') ? `"${value.replaceAll('"', '""')}"` : value
}

function matchAt(form: RegExp, text: string, at: number): RegExpExecArray | null {
  const sticky = new RegExp(form.source, 'y')
  sticky.lastIndex = at
  return sticky.exec(text)
}

function notConform(index: number): CertwrightError {
  return new CertwrightError('TARGET_SPECIFIER_NOT_CONFORM', { position: index + 1 })
}
