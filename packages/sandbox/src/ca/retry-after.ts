import { httpDateOf } from '../clock.ts'
import { happens } from './chance.ts'
import type { CaContext } from './context.ts'

/** `Retry-After` (RFC 9110 §10.2.3) for something that is being worked on. */
export function retryAfter({ clock, knobs }: CaContext): Readonly<Record<string, string>> {
  const { retryAfterForm: form, retryAfterSeconds: seconds } = knobs
  if (form === 'absent') return {}
  if (form === 'garbage') return { 'retry-after': 'presently' }
  const asDate = form === 'date' || (form === 'either' && happens(clock, 50))
  const date = httpDateOf(Math.ceil(clock.now() / 1000 + seconds) * 1000)
  return { 'retry-after': asDate ? date : String(seconds) }
}
