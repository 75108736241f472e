import { styleText } from 'node:util'
import { instantOf } from '@certwright/acme'
import { issuerName } from '../issuance/known-issuers.ts'
import { isIssuing, type Action, type ActionKind } from '../manager/action.ts'
import type { Plan } from '../manager/plan.ts'
import { actionTexts, delayTexts, planTexts, reasonTexts } from '../runtime/messages/plan-texts.ts'
import { momentText } from './certificate-report.ts'
import type { Output } from './output.ts'
import { alignedRows } from './table.ts'

/** One action as `--json` shows it. Others script against this: members are only added. */
export interface ActionDocument {
  readonly action: ActionKind
  readonly certificate: string
  readonly target?: string
  readonly reason: string
  /** In the reader's language. */
  readonly because: string
  readonly issuer?: string
  /** Orders that the issuer's limits count. */
  readonly orders?: number
  /** RFC 3339. */
  readonly notBefore?: string
  readonly delayedBy?: string
}

export interface PlanDocument {
  readonly actions: readonly ActionDocument[]
  readonly later: readonly ActionDocument[]
  readonly unseen: Plan['unseen']
}

export function planDocument({ actions, later, unseen }: Plan, output: Output): PlanDocument {
  const document = (action: Action): ActionDocument => actionDocument(action, output)
  return { actions: actions.map(document), later: later.map(document), unseen }
}

export function actionDocument(action: Action, output: Output): ActionDocument {
  const { kind, certificateId, target, reason, issuer, exempt, delayed } = action
  return {
    action: kind,
    certificate: certificateId,
    ...(target !== undefined && { target }),
    reason,
    because: output.text(reasonTexts[reason], action.params),
    ...(issuer !== undefined && { issuer }),
    ...(isIssuing(action) && { orders: exempt === 'renewal-information' ? 0 : 1 }),
    ...(delayed && { notBefore: instantOf(delayed.until), delayedBy: delayed.by }),
  }
}

/** In the order in which a reader cares, each with its sign and its colour. */
const signs: Readonly<
  Record<ActionKind, readonly [sign: string, colour: 'green' | 'yellow' | 'red' | 'cyan']>
> = {
  issue: ['+', 'green'],
  renew: ['~', 'yellow'],
  rekey: ['~', 'yellow'],
  install: ['>', 'cyan'],
  repair: ['!', 'yellow'],
  files: ['>', 'cyan'],
  update: ['=', 'cyan'],
  collect: ['-', 'cyan'],
  revoke: ['-', 'red'],
  forget: ['-', 'red'],
}
const kinds = Object.keys(signs) as readonly ActionKind[]

/** One line an action, grouped by what is done. */
export function planLines(plan: Plan, output: Output, coloured: boolean): readonly string[] {
  const { actions, later, unseen } = plan
  if (actions.length + later.length + unseen.length === 0) return [output.text(planTexts.nothing)]
  const delays = later.map((action) => [...actionCells(action, output), delayText(action, output)])
  return [
    ...colouredRows(actions, output, coloured),
    ...(later.length > 0 ? [output.text(planTexts.later), ...alignedRows(delays)] : []),
    ...(unseen.length > 0 ? [output.text(planTexts.unseen)] : []),
    ...alignedRows(
      unseen.map(({ certificateId, target, error }) => ['  ?', certificateId, target, error]),
    ),
    ...(actions.length > 0
      ? [output.text(planTexts.summary, { counts: counts(actions, output) })]
      : []),
  ]
}

function colouredRows(
  actions: readonly Action[],
  output: Output,
  coloured: boolean,
): readonly string[] {
  const grouped = kinds.flatMap((kind) => actions.filter((action) => action.kind === kind))
  const rows = alignedRows(
    grouped.map((action) => [...actionCells(action, output), costText(action, output)]),
  )
  if (!coloured) return rows
  return rows.map((row, i) => {
    const [, colour] = signs[grouped[i]?.kind ?? 'update']
    return styleText(colour, row)
  })
}

function actionCells(action: Action, output: Output): readonly string[] {
  const { kind, certificateId, target = '', reason, params } = action
  return [
    `  ${signs[kind][0]} ${output.text(actionTexts[kind])}`,
    certificateId,
    target,
    output.text(reasonTexts[reason], params),
  ]
}

/** One action in one line, for progress. */
export function actionLine(action: Action, output: Output): string {
  const { kind, certificateId, target } = action
  return [
    output.text(actionTexts[kind]),
    certificateId,
    ...(target === undefined ? [] : [target]),
  ].join(' ')
}

function costText(action: Action, output: Output): string {
  if (!isIssuing(action) || action.issuer === undefined) return ''
  if (action.exempt === 'renewal-information') return output.text(planTexts.exempt)
  return output.text(planTexts.order, { issuer: issuerName(action.issuer) })
}

function delayText({ delayed }: Action, output: Output): string {
  if (!delayed) return ''
  return output.text(delayTexts[delayed.by], { until: momentText(delayed.until) })
}

function counts(actions: readonly Action[], output: Output): string {
  return kinds
    .map((kind) => ({ kind, count: actions.filter((action) => action.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) =>
      output.text(planTexts.count, { kind: output.text(actionTexts[kind]), count }),
    )
    .join(', ')
}
