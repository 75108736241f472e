import { httpDateOf } from '../clock.ts'
import { happens } from './chance.ts'
import type { CaContext } from './context.ts'

/** How `Retry-After` is written (RFC 9110 §10.2.3); `either` draws lots each time between the two. */
export type RetryAfterForm = 'seconds' | 'date' | 'either' | 'huge' | 'past' | 'garbage' | 'absent'

/** Ten years: whoever sleeps as long as this says never wakes. */
const hugeSeconds = 315_360_000

/** `Retry-After` for something that is being worked on. */
export function retryAfter({ clock, knobs }: CaContext): Readonly<Record<string, string>> {
  const { retryAfterForm: form, retryAfterSeconds: seconds } = knobs
  const dateIn = (wait: number): string => httpDateOf(Math.ceil(clock.now() / 1000 + wait) * 1000)
  if (form === 'absent') return {}
  const isDate = form === 'date' || (form === 'either' && happens(clock, 50))
  const odd = { garbage: 'presently', huge: String(hugeSeconds), past: dateIn(-60) }
  const usual = isDate ? dateIn(seconds) : String(seconds)
  const isOdd = form === 'garbage' || form === 'huge' || form === 'past'
  return { 'retry-after': isOdd ? odd[form] : usual }
}
