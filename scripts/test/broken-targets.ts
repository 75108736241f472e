import { mutated } from '../fuzz/mutation.ts'
import type { FuzzTarget } from '../fuzz/target.ts'

const target = (name: string, read: FuzzTarget['read']): FuzzTarget => ({
  ...{ name, read, weight: 1, inputs: mutated([Buffer.from('corpus')]) },
  refusal: (error) => error instanceof RangeError,
})

const kept: unknown[] = []

/** Parsers that are as parsers must not be. */
export const targets: readonly FuzzTarget[] = [
  target('crashes', (input) => {
    if (input.includes(0xff)) throw new TypeError('undefined is not a function')
  }),
  target('refuses', () => {
    throw new RangeError('not mine')
  }),
  target('does not end', (input) => {
    while (input.includes(0xff));
  }),
  target('takes its time', (input) => {
    const until = performance.now() + (input.includes(0xff) ? 30 : 0)
    while (performance.now() < until);
  }),
  target('forgets nothing', (input) => kept.push(Buffer.alloc(4000).fill(input.length).toString())),
]
