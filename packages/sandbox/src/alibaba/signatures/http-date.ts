import { momentOf } from '../../clock.ts'

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** The moment that an HTTP-date names (RFC 9110 §5.6.7, its preferred form). */
export function httpMomentOf(text: string): number | undefined {
  const fields = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/.exec(text)
  if (!fields) return undefined
  const [, day, month = '', year, time] = fields
  const number = String(months.indexOf(month) + 1).padStart(2, '0')
  return momentOf(`${year}-${number}-${day}T${time}Z`)
}
