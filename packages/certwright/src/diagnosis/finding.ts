import type { ErrorText, Params } from '../runtime/catalogue.ts'
import type { CertwrightError, ErrorCode } from '../runtime/error.ts'
import { findingTexts, type FindingCode } from '../runtime/messages/finding-texts.ts'
import { errorTexts } from '../runtime/messages/index.ts'

/** What was looked at. */
export type Area =
  | 'store'
  | 'issuer'
  | 'clock'
  | 'account'
  | 'caa'
  | 'dnssec'
  | 'dns'
  | 'address'
  | 'port'
  | 'installation'

/** From good to bad. `skipped` says that nothing is known, and why. */
export type Level = 'ok' | 'skipped' | 'warning' | 'fault'

/** What one check has shown. Data only; the words are in the catalogue. */
export interface Finding {
  readonly area: Area
  readonly level: Level
  /** Of a finding's own text, or of the error that the check ended in. */
  readonly code: FindingCode | ErrorCode
  /** What the text is filled from; `about` is the name, zone or thing that it is about. Never a secret. */
  readonly params: Params
}

const levels: readonly Level[] = ['ok', 'skipped', 'warning', 'fault']

/** The gravest level among them; `ok` where there are none. */
export function gravestLevel(findings: readonly Finding[]): Level {
  return levels[Math.max(0, ...findings.map(({ level }) => levels.indexOf(level)))] ?? 'ok'
}

/** What a finding says, and what to do about it. */
export function findingText({ code }: Finding): ErrorText {
  return code in findingTexts ? findingTexts[code as FindingCode] : errorTexts[code as ErrorCode]
}

/** A check that ended in an error says what the error says. */
export function errorFinding(
  area: Area,
  { code, params }: CertwrightError,
  about: string,
  level: Level = 'fault',
): Finding {
  return { area, level, code, params: { about, ...params } }
}
