import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startPebble, type Pebble } from './pebble.ts'
import { certwright, describeWith, refusedOrDone, temporaryFolder } from './peer.ts'

const total = 1000
const names = Array.from({ length: total }, (_, i) => `n${i}.test`)
/** More, and Pebble stands still for good (letsencrypt/pebble#554). */
const concurrency = 2
const why = 'https://ca.test/why'

interface Document {
  readonly actions: readonly { readonly reason: string; readonly orders: number }[]
  readonly later: readonly object[]
  readonly outcomes: readonly { readonly certificate: string; readonly result: string }[]
}

interface Listed {
  readonly id: string
  readonly renewal?: { readonly explanationUrl?: string }
  readonly version?: { readonly number: number; readonly serial: string }
  readonly files: { readonly certificate: string }
}

/** What our command says of all these names, with a file and a state of its own. */
function estate({ directoryUrl, caFile, httpPort }: Pebble) {
  const folder = temporaryFolder()
  const file = join(folder, 'certwright.yaml')
  const text = `issuers:
  - name: pebble
    directory: ${directoryUrl}
    ca-file: ${caFile}
    agree-terms: true
defaults:
  challenge: { type: http-01, port: ${httpPort} }
certificates:
${names.map((name) => `  - names: [${name}]`).join('\n')}
`
  writeFileSync(file, text)
  const state = ['--state', join(folder, 'state')]
  const of = ['--config', file, ...state]
  return {
    apply: async (): Promise<Document['outcomes']> => {
      const at = ['--concurrency', String(concurrency), '--no-preflight']
      const { json } = await certwright(['apply', ...of, ...at])
      return (json as unknown as Document).outcomes
    },
    plan: async (): Promise<Document> => {
      const { stdout } = await refusedOrDone(['plan', ...of])
      return JSON.parse(stdout) as Document
    },
    list: async (): Promise<readonly Listed[]> => {
      const { json } = await certwright(['list', ...state])
      return (json as unknown as { readonly certificates: readonly Listed[] }).certificates
    },
  }
}

const hourAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

describeWith(['pebble', 'pebble-challtestsrv', 'openssl'], 'a mass revocation at Pebble', () => {
  it(
    'is announced for 1,000 certificates, and each is replaced once',
    { timeout: 600_000 },
    async () => {
      const always = { PEBBLE_VA_ALWAYS_VALID: '1' }
      const pebble = await startPebble({ retryAfter: 0, authorizationReuse: 100, env: always })
      const { apply, list, plan } = estate(pebble)
      const issued = await apply()
      expect(issued.filter(({ result }) => result === 'done')).toHaveLength(total)
      const before = await list()
      const ordered = pebble.posts('/order-plz')
      const accounts = pebble.posts('/sign-me-up')

      const suggestedWindow = { start: hourAgo(2), end: hourAgo(1) }
      const information = JSON.stringify({ suggestedWindow, explanationURL: why })
      for (const { files } of before) {
        await pebble.setRenewalInfo(readFileSync(files.certificate, 'utf8'), information)
      }
      const { actions, later } = await plan()
      expect(actions).toHaveLength(total)
      expect(later).toStrictEqual([])
      // None of them is counted by limits.
      const wanted = { reason: 'asked-by-issuer', orders: 0 }
      for (const action of actions) expect(action).toMatchObject(wanted)
      const told = (await list()).filter(({ renewal }) => renewal?.explanationUrl === why)
      expect(told).toHaveLength(total)

      const renewed = await apply()
      expect(renewed.filter(({ result }) => result !== 'done')).toStrictEqual([])
      expect(renewed.map(({ certificate }) => certificate).sort()).toStrictEqual([...names].sort())
      // Pebble refuses to replace a certificate twice. It does not find the order of one whose serial begins with the
      // 00 that RFC 9773 §4.1 keeps, one of 256: those alone are ordered once more, without.
      const notFound = before.filter(({ version }) => version?.serial.startsWith('00')).length
      expect(pebble.posts('/order-plz') - ordered).toBe(total + notFound)
      expect(pebble.posts('/sign-me-up')).toBe(accounts)
      const after = await list()
      expect(after.filter(({ version }) => version?.number !== 2)).toStrictEqual([])
      const serials = [...before, ...after].map(({ version }) => version?.serial)
      expect(new Set(serials).size).toBe(2 * total)
      expect(await plan()).toMatchObject({ actions: [], later: [] })
    },
  )
})
