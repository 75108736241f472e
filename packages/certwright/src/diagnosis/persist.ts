import { lookAtRecord, proposedValue, type WantedRecord } from '../issuance/dns-persist.ts'
import { CertwrightError } from '../runtime/error.ts'
import { errorFinding, type Finding } from './finding.ts'
import { inTurns } from './in-turns.ts'
import type { Lookup } from './lookup.ts'

/** Whether the records that prove names until further notice stand at every authoritative server. */
export async function persistFindings(
  wanted: readonly WantedRecord[],
  { lookup, now }: { readonly lookup: Lookup; readonly now: number },
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  return inTurns(wanted, async (one): Promise<Finding> => {
    const { domain: about, name, wildcard } = one
    try {
      const { verdict, servers } = await lookAtRecord(one, { ...lookup, now }, signal)
      if (verdict === 'good') {
        return { area: 'dns', level: 'ok', code: 'persist-stands', params: { about, name } }
      }
      const where = servers
        .filter((server) => server.verdict !== 'good')
        .map(({ nameServer, verdict: own }) => `${nameServer.name} ${own}`)
        .join(', ')
      const value = one.issuerDomainNames.length > 0 ? proposedValue(one) : '…'
      const command = wildcard ? `'*.${about}'` : about
      const params = { about, name, value, where, command }
      return { area: 'dns', level: 'fault', code: 'persist-lacking', params }
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error
      return errorFinding('dns', error, about)
    }
  })
}
