import { CertwrightError } from '../runtime/error.ts'
import { promptTexts } from '../runtime/messages/command-texts.ts'
import type { Output } from './output.ts'
import type { World } from './world.ts'

/** Asks a person. Questions go to standard error, so that standard output holds the result alone. */
export interface Prompt {
  confirm(question: string): Promise<boolean>
  password(question: string): Promise<string>
  /** One line; `complain` says what is wrong with it. */
  text(question: string, options?: TextOptions): Promise<string>
  /** One of several. */
  select(question: string, choices: readonly Choice[]): Promise<string>
}

export interface TextOptions {
  /** Taken where nothing is typed. */
  readonly initial?: string
  readonly complain?: (text: string) => string | undefined
}

export interface Choice {
  readonly value: string
  readonly hint?: string
}

/** `undefined` where nobody can be asked: no terminal, or a program reads JSON. */
export function promptOf({ stdin, stderr, signal }: World, output: Output): Prompt | undefined {
  if (!stdin.isTTY || !stderr.isTTY || output.json) return undefined
  const streams = { input: stdin, output: stderr, ...(signal && { signal }) }
  return {
    async confirm(question) {
      const { confirm, isCancel } = await import('@clack/prompts')
      const answer = await confirm({
        ...streams,
        message: question,
        active: output.text(promptTexts.yes),
        inactive: output.text(promptTexts.no),
        initialValue: false,
      })
      return given<boolean>(answer, isCancel, signal)
    },
    async password(question) {
      const { password, isCancel } = await import('@clack/prompts')
      return given<string>(await password({ ...streams, message: question }), isCancel, signal)
    },
    async text(question, { initial, complain } = {}) {
      const { text, isCancel } = await import('@clack/prompts')
      const answer = await text({
        ...streams,
        message: question,
        ...(initial !== undefined && { defaultValue: initial, placeholder: initial }),
        validate: (typed) => complain?.(typed || (initial ?? '')),
      })
      return given<string>(answer, isCancel, signal)
    },
    async select(question, choices) {
      const { select, isCancel } = await import('@clack/prompts')
      const answer = await select({
        ...streams,
        message: question,
        options: choices.map(({ value, hint }) => ({ value, label: value, ...(hint && { hint }) })),
      })
      return given<string>(answer, isCancel, signal)
    },
  }
}

function given<T>(
  answer: T | symbol,
  isCancel: (value: unknown) => value is symbol,
  signal: AbortSignal | undefined,
): T {
  signal?.throwIfAborted()
  if (isCancel(answer)) throw new CertwrightError('CANCELLED')
  return answer
}
