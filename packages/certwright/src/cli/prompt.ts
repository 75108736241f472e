import { CertwrightError } from '../runtime/error.ts'
import { promptTexts } from '../runtime/messages/command-texts.ts'
import type { Output } from './output.ts'
import type { World } from './world.ts'

/** Asks a person. Questions go to standard error, so that standard output holds the result alone. */
export interface Prompt {
  confirm(question: string): Promise<boolean>
  password(question: string): Promise<string>
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
