import { instantOf, txtStrings } from '@certwright/acme'
import { lastingTtl } from '../dns/lasting-txt.ts'
import { serverAddressText } from '../dns/server-address.ts'
import type { RecordSight, RecordVerdict } from '../issuance/dns-persist.ts'
import { persistTexts, recordVerdictTexts } from '../runtime/messages/persist-texts.ts'
import { momentText } from './certificate-report.ts'
import type { Output } from './output.ts'

/** A record that proves a name until further notice, and how it stands. */
export interface ReportedRecord {
  readonly sight: RecordSight
  /** What is to be added, or was. */
  readonly value: string
  /** `written`: just now, by us. */
  readonly state: 'stands' | 'written' | 'lacking'
}

/** One record as `--json` shows it. Others script against this: members are only added. */
export interface RecordDocument {
  readonly domain: string
  readonly name: string
  /** Where it really is, where its name is an alias. */
  readonly alias?: string
  readonly zone: string
  readonly state: 'stands' | 'written' | 'lacking'
  readonly value: string
  /** A line of a zone file. */
  readonly zoneFile: string
  /** Until when what stands proves the name; absent where it has no end. */
  readonly until?: string
  readonly servers: readonly {
    readonly name: string
    readonly address: string
    readonly verdict: RecordVerdict
    readonly answer?: string
  }[]
}

export function recordDocument({ sight, value, state }: ReportedRecord): RecordDocument {
  const { wanted, name, zone, servers, verdict, persistUntil } = sight
  const stands = verdict === 'good' && persistUntil !== undefined
  return {
    domain: wanted.domain,
    name: wanted.name,
    ...(name !== wanted.name && { alias: name }),
    zone,
    state,
    value,
    zoneFile: zoneFileLine(name, value),
    ...(stands && { until: instantOf(persistUntil) }),
    servers: servers.map(({ nameServer, verdict: own, answer }) => ({
      name: nameServer.name,
      address: serverAddressText(nameServer.server),
      verdict: own,
      ...(answer !== undefined && { answer }),
    })),
  }
}

export function recordLines(record: ReportedRecord, output: Output): string[] {
  const { sight, value, state } = record
  const { wanted, name, servers, persistUntil } = sight
  const params = { name: wanted.name, value, at: name }
  if (state === 'written') return [output.text(persistTexts.written, params)]
  if (state === 'stands') {
    const until = persistUntil === undefined ? '' : momentText(persistUntil)
    return [
      output.text(until === '' ? persistTexts.good : persistTexts.goodUntil, { ...params, until }),
    ]
  }
  return [
    output.text(name === wanted.name ? persistTexts.lacking : persistTexts.lackingAt, params),
    output.text(persistTexts.record, { name, value }),
    output.text(persistTexts.zoneFile, { line: zoneFileLine(name, value) }),
    ...servers.map(({ nameServer, verdict, persistUntil: end, answer }) => {
      const server = `${nameServer.name} (${serverAddressText(nameServer.server)})`
      const said = output.text(recordVerdictTexts[verdict])
      const more = verdict === 'unanswered' ? ` [${answer}]` : ''
      const until = verdict === 'good' && end !== undefined ? ` (${momentText(end)})` : ''
      return output.text(persistTexts.at, { server, verdict: said + more + until })
    }),
  ]
}

function zoneFileLine(name: string, value: string): string {
  const strings = txtStrings(value).map((text) => `"${text}"`)
  return `${name}. ${lastingTtl} IN TXT ${strings.join(' ')}`
}
