import type { Verdict } from '../deploy/verify-installation.ts'

/** Why something is to be done: one of a closed set, which `plan-texts` says in words. */
export type Reason =
  | 'never-issued'
  | 'asked-by-issuer'
  | 'lifetime'
  | 'expired'
  | 'revoked'
  | 'revoked-by-issuer'
  | 'names'
  | 'key-type'
  | 'profile'
  | 'issuer'
  | 'settings'
  | 'files'
  | 'new-version'
  | 'not-installed'
  | 'behind'
  | 'failed-before'
  | 'replaced'
  | 'asked'
  | 'not-in-file'
  | Fault

/** What can be wrong with what is served. */
export type Fault = Exclude<Verdict, 'current' | 'out-of-reach'>

/** Those that bring a new version. */
export const issuing = ['issue', 'renew', 'rekey'] as const

export type ActionKind =
  | (typeof issuing)[number]
  /** Settings alone: nobody outside is asked. */
  | 'update'
  /** PEM files are written again from the store. */
  | 'files'
  | 'install'
  | 'repair'
  /** What newer uploads have replaced is removed. */
  | 'collect'
  | 'revoke'
  | 'forget'

/** Why an action has to wait. */
export type Delay = 'back-off' | 'maintenance-window' | 'settling' | 'issuer-limit'

/** One thing to be done, with its reason. Data: a person reads it, a file keeps it, `apply` does it. */
export interface Action {
  readonly kind: ActionKind
  readonly certificateId: string
  /** As in `Installation.target`. */
  readonly target?: string
  readonly reason: Reason
  /** What the reason's words are filled from. Never a secret. */
  readonly params?: Readonly<Record<string, string | number>>
  /** Of an issuance: the directory URL that is asked first. */
  readonly issuer?: string
  /** What the issuer's limits do not count: an ARI renewal counts for nothing, one for the same names for less. */
  readonly exempt?: 'renewal-information' | 'same-names'
  /** Not before then, in milliseconds since the epoch, and why. */
  readonly delayed?: { readonly until: number; readonly by: Delay }
}

/** One action, one text: the same thing to be done for the same reason has the same. */
export function actionKey({ kind, certificateId, target, reason }: Action): string {
  return [kind, certificateId, target ?? '', reason].join(' ')
}

export function isIssuing({ kind }: Pick<Action, 'kind'>): boolean {
  return issuing.some((one) => one === kind)
}
