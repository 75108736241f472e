import type { DiagnosisContext } from '../diagnosis/issue.ts'
import type { OpenAccount } from '../issuance/issuance.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { DesiredChallenge, DesiredIssuer, OptionValues } from './desired.ts'
import type { EventDetails, EventType } from './events.ts'
import type { DeployContext } from './installations.ts'

/** What keeping certificates works with: everything from outside is lent. */
export interface ManagerContext extends DeployContext, DiagnosisContext {
  /** Does `task` while nobody else, in this process or another, works on what has this name. */
  readonly lock: <T>(name: string, task: () => Promise<T>) => Promise<T>
  /** Where a certificate's PEM files go that says nothing of it. Absolute. */
  readonly outOf: (certificateId: string) => string
  /** Fetches the secrets among these. */
  readonly secrets: {
    readonly challenge: (challenge: DesiredChallenge) => Promise<ChallengeSettings>
    readonly options: (options: OptionValues) => Promise<Readonly<Record<string, string>>>
  }
  /** The account at an issuer, opened once. */
  readonly account: (issuer: DesiredIssuer, signal?: AbortSignal) => Promise<OpenAccount>
  /** Told of what has happened, when it is kept. */
  readonly onEvent?: (event: ManagerEvent) => void
}

export interface ManagerEvent {
  readonly type: EventType
  readonly at: number
  readonly certificateId?: string
  readonly target?: string
  readonly details: EventDetails
}
