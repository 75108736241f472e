import { CertwrightError, type ErrorCode } from '../runtime/error.ts'

/** What the command line said, read by the option's long name in camel case, as in `dnsOption`. */
export interface Options {
  text(name: string): string | undefined
  /** Whether it was given. */
  flag(name: string): boolean
  /** Whether its `--no-` form was given. */
  off(name: string): boolean
  /** Every value of an option that can be given several times. */
  list(name: string): readonly string[]
  /** A TCP port. */
  port(name: string): number | undefined
  /** A whole number from 1. */
  count(name: string): number | undefined
  /** A whole number from 0 to 100. */
  percent(name: string): number | undefined
  /** `90d`, `6h`, `10m` or `30s`, in milliseconds. */
  durationMs(name: string): number | undefined
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 }

/** `values` as they were read: by the name in camel case. */
export function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const number = (name: string, [least, most]: readonly [number, number], code: ErrorCode) => {
    const value = text(name)
    if (value === undefined) return undefined
    const parsed = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (parsed >= least && parsed <= most) return parsed
    throw new CertwrightError(code, { option: flagOf(name), value })
  }
  return {
    text,
    flag: (name) => values[name] === true,
    off: (name) => values[name] === false,
    list(name) {
      const value = values[name]
      return Array.isArray(value) ? (value as readonly string[]) : []
    },
    port: (name) => number(name, [1, 65_535], 'USAGE_NOT_A_PORT'),
    count: (name) => number(name, [1, 999_999_999], 'USAGE_NOT_A_NUMBER'),
    percent: (name) => number(name, [0, 100], 'USAGE_NOT_A_PERCENTAGE'),
    durationMs(name) {
      const value = text(name)
      if (value === undefined) return undefined
      const [, count, unit] = /^(\d{1,6})([dhms])$/.exec(value) ?? []
      const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
      if (ms > 0) return ms
      throw new CertwrightError('USAGE_NOT_A_DURATION', { option: flagOf(name), value })
    },
  }
}

/** `dnsOption` as a person writes it: `--dns-option`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `KEY=VALUE` given several times, as a record. A value is never repeated in an error: it may be a secret. */
export function keyValues(texts: readonly string[], option: string): Record<string, string> {
  const values: Record<string, string> = {}
  for (const text of texts) {
    const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? []
    if (key === undefined || value === undefined) {
      throw new CertwrightError('USAGE_NOT_KEY_VALUE', {
        option,
        value: text.replace(/=.*/s, '=…'),
      })
    }
    values[key] = value
  }
  return values
}

/** A `mailto:` URL for an account (RFC 8555 §7.3; RFC 6068: one address, no header fields). */
export function mailtoUrl(address: string): string {
  if (!/^[^\s@,?&;<>"()]+@[^\s@,?&;<>"()]+$/.test(address) || address.length > 254) {
    throw new CertwrightError('USAGE_NOT_AN_EMAIL', { value: address })
  }
  return `mailto:${address}`
}
