import type { TxtReceipt } from './provider.ts'

/** A value of ours that nobody withdrew, because the run that published it was killed. */
export interface Orphan {
  readonly name: string
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** What `removeTxt` of the same provider takes. */
  readonly receipt: TxtReceipt
}

export interface OrphanSearch {
  /** By default all of the account. */
  readonly zones?: readonly string[] | undefined
  /** By default a day: an order that is under way, here or elsewhere, is younger. */
  readonly olderThanMs?: number | undefined
}

/** One orphan, and what came of removing it. */
export interface Swept extends Omit<Orphan, 'receipt'> {
  /** Absent where it was only looked at. */
  readonly removed?: boolean
  readonly error?: unknown
}
