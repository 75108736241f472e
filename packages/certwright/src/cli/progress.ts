import { instantOf } from '@certwright/acme'
import type { Params } from '../runtime/catalogue.ts'
import type { Progress } from '../issuance/issuance.ts'
import { accountProgressTexts } from '../runtime/messages/account-texts.ts'
import { progressTexts } from '../runtime/messages/command-texts.ts'
import { issuedTexts } from '../runtime/messages/issued-texts.ts'
import { replacesTexts } from '../runtime/messages/renewal-texts.ts'
import { errorDocument } from './error-report.ts'
import type { Output } from './output.ts'
import { readableName } from './readable-name.ts'

/** Tells each step on standard error, one plain line each: logs and terminals read the same. */
export function reportProgress(progress: Progress, output: Output, now: number): void {
  if (progress.type === 'chain-not-offered') {
    tellChains(progress, output)
    return
  }
  const line = lineOf(progress, output, now)
  const isWarning = progress.type === 'clean-up-failed' || progress.type === 'key-not-changed'
  if (isWarning) output.warn(line)
  else output.note(line)
}

const texts = { ...progressTexts, ...accountProgressTexts }

type Told<Type extends Progress['type']> = Extract<Progress, { readonly type: Type }>

/** The chains on offer are named as `--preferred-chain` takes them. */
function tellChains({ id, preferred, offered }: Told<'chain-not-offered'>, output: Output): void {
  const names = offered.map(({ issuerName, fingerprint }) => issuerName ?? fingerprint)
  const params = { id, preferred, offered: [...new Set(names)].join(', ') }
  output.caution({ code: 'CHAIN_NOT_OFFERED', text: issuedTexts.chainNotOffered, params })
}

function lineOf(
  progress: Exclude<Progress, Told<'chain-not-offered'>>,
  output: Output,
  now: number,
): string {
  const { type } = progress
  if (type === 'order') {
    const text = progress.resumed ? progressTexts.resumed : progressTexts.ordered
    return output.text(text, { url: progress.orderUrl })
  }
  if (type === 'replaces') return replacesLine(progress, output, now)
  return output.text(texts[type], paramsOf(progress, output, now))
}

function replacesLine({ number, outcome }: Told<'replaces'>, output: Output, now: number): string {
  const reason =
    outcome.type === 'refused' ? errorDocument(outcome.error, output.language, now).message : ''
  return output.text(replacesTexts[outcome.type], { number, reason })
}

function paramsOf(progress: Progress, output: Output, now: number): Params {
  if (progress.type === 'issued') {
    const { number, notAfter } = progress.version
    return { number, until: instantOf(notAfter) }
  }
  if (progress.type === 'clean-up-failed') {
    const { message, problem } = errorDocument(progress.error, output.language, now)
    const detail = problem?.detail === undefined ? '' : ` (${problem.detail})`
    return { name: readableName(progress.name), reason: message + detail }
  }
  return {
    ...('accountUrl' in progress && { url: progress.accountUrl }),
    ...('challenge' in progress && { challenge: progress.challenge }),
    ...('names' in progress && { names: progress.names.map(readableName).join(', ') }),
    ...('directory' in progress && { directory: progress.directory }),
    ...('name' in progress && { name: readableName(progress.name) }),
  }
}
