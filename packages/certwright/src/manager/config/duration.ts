const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 }

/** `90d`, `6h`, `30m` or `20s` in milliseconds; `NaN` for what is none. */
export function durationMs(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([dhms])$/.exec(text) ?? []
  return Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
}
