import type { RecordMatch } from '../dns/dns.ts'
import type { DnsRecord, RecordType } from '../dns/record.ts'
import { count, duration, flag, list, object, text } from '../shape/shape.ts'
import { ControlError } from './route.ts'
import type { Route } from './route.ts'
import { exchangeShape, recordMatch, recordShape, recordType, standingRecord } from './shapes.ts'

/** The records of the zones, and what goes wrong with them. */
export const dnsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/dns/records',
    id: 'listRecords',
    says: 'The records that stand at a name.',
    query: { name: { shape: text, required: true }, type: { shape: text } },
    reply: { status: 200, shape: list(standingRecord) },
    act: ({ sandbox, query: { name, type } }) =>
      inZone(() => sandbox.dns.records(String(name), type as RecordType | undefined)).map(
        (record) => (record.data instanceof Uint8Array ? hexData(record) : record),
      ),
  },
  {
    method: 'POST',
    path: '/dns/records',
    id: 'addRecord',
    says: 'Puts a record beside those that stand. Twice is the same as once.',
    body: recordShape,
    reply: { status: 204 },
    act: ({ sandbox, body }) => inZone(() => sandbox.dns.add(body as DnsRecord)),
  },
  {
    method: 'POST',
    path: '/dns/records/remove',
    id: 'removeRecords',
    says: 'Takes the records of a name away, or those of a type, or the one with this data.',
    body: recordMatch,
    reply: { status: 200, shape: object({ removed: { shape: count, required: true } }) },
    act: ({ sandbox, body }) => ({
      removed: inZone(() => sandbox.dns.remove(body as RecordMatch)),
    }),
  },
  {
    method: 'PUT',
    path: '/dns/failures',
    id: 'setFailure',
    says: 'Makes questions about a name, or for one type of its records, fail with SERVFAIL, or puts an end to that.',
    body: object({
      name: { shape: text, required: true },
      failing: { shape: flag, required: true },
      type: { shape: recordType, says: 'Default all types.' },
    }),
    reply: { status: 204 },
    act({ sandbox, body }) {
      const { name, failing, type } = body as { name: string; failing: boolean; type?: RecordType }
      sandbox.dns.setServfail(name, failing, type)
    },
  },
  {
    method: 'PUT',
    path: '/dns/delay',
    id: 'setDelay',
    says: 'Holds every answer back for so many milliseconds.',
    body: object({ ms: { shape: duration, required: true } }),
    reply: { status: 204 },
    act: ({ sandbox, body }) => sandbox.dns.setDelay((body as { ms: number }).ms),
  },
  {
    method: 'GET',
    path: '/dns/log',
    id: 'listQuestions',
    says: 'What the DNS server was asked and told, oldest first.',
    reply: { status: 200, shape: list(exchangeShape) },
    act: ({ sandbox }) => sandbox.dns.log,
  },
]

function hexData(record: DnsRecord): object {
  return { ...record, data: Buffer.from(record.data as Uint8Array).toString('hex') }
}

/** What the server will not have, such as a name outside its zones, is the caller's mistake. */
function inZone<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw new ControlError(400, (error as Error).message)
  }
}
