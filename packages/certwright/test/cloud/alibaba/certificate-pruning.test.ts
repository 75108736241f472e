import { describe, expect, it } from 'vitest'
import { pruneCertificates } from '../../../src/cloud/alibaba/certificate-pruning.ts'
import { storedName } from '../../../src/cloud/alibaba/certificate-store.ts'
import type { CertificateBundle } from '../../../src/x509/bundle.ts'
import { describe as contentsOf } from '../../../src/x509/certificate.ts'
import { leapingHost } from '../../dns/world.ts'
import { day, issueChain, now, rsaKey, type IssueOptions } from '../../x509/issued.ts'
import { accountAt } from './local-api.ts'
import { localCas, type LocalCas } from './local-cas.ts'

const key = rsaKey()

/** Issued so many days ago. */
function issued(daysAgo: number, more: IssueOptions = {}): CertificateBundle {
  const notBefore = now - daysAgo * day
  return issueChain({ names: ['example.com', '*.example.com'], key, notBefore, ...more }).bundle
}

function upload(
  cas: LocalCas,
  bundle: CertificateBundle,
  products: readonly string[] = [],
): number {
  return cas.put(storedName(contentsOf(bundle.chainPem).fingerprint), bundle.chainPem, { products })
}

const newest = issued(10)

async function pruned(cas: LocalCas, options = {}) {
  const host = leapingHost(now)
  const { removed, kept } = await pruneCertificates(newest, accountAt(cas.endpoint), host, options)
  return {
    removed: removed.map(({ certId }) => certId),
    kept: kept.map(({ certId, reason }) => [certId, reason]),
  }
}

describe('pruning', () => {
  it('removes what is ours, unused, and was replaced a week ago', async () => {
    const cas = await localCas()
    const [oldest, older, current] = [
      upload(cas, issued(120)),
      upload(cas, issued(70)),
      upload(cas, newest),
    ]
    expect(await pruned(cas)).toEqual({ removed: [oldest, older], kept: [] })
    expect([...cas.stored.keys()]).toEqual([current])
  })

  it('leaves what a product uses, or our own records name', async () => {
    const cas = await localCas()
    const used = upload(cas, issued(120), ['CDN'])
    const recorded = upload(cas, issued(70))
    upload(cas, newest)
    expect(await pruned(cas, { inUse: [recorded] })).toEqual({
      removed: [],
      kept: [
        [used, 'in-use'],
        [recorded, 'in-use'],
      ],
    })
  })

  it('leaves what was replaced a short while ago, by the moment at which it was', async () => {
    const cas = await localCas()
    const long = upload(cas, issued(120))
    const recent = upload(cas, issued(70))
    upload(cas, newest)
    const result = await pruned(cas, { retentionMs: 20 * day })
    expect(result).toEqual({ removed: [long], kept: [[recent, 'recent']] })
  })

  it('only reports what others uploaded for the same names', async () => {
    const cas = await localCas()
    const theirs = cas.put('by_hand', issued(120).chainPem)
    upload(cas, newest)
    expect(await pruned(cas)).toEqual({ removed: [], kept: [[theirs, 'not-ours']] })
  })

  it.each([
    ['for other names', issued(120, { names: ['example.com'] })],
    ['for more names', issued(120, { names: ['example.com', '*.example.com', 'x.example.com'] })],
    [
      'with another kind of key',
      issueChain({ names: ['example.com', '*.example.com'], notBefore: now - 120 * day }).bundle,
    ],
    ['that began later', issued(1)],
  ])('does not touch a certificate %s', async (_what, bundle) => {
    const cas = await localCas()
    upload(cas, bundle)
    upload(cas, newest)
    expect((await pruned(cas)).removed).toEqual([])
    expect(cas.stored.size).toBe(2)
  })

  it('does not touch one whose name only looks like ours', async () => {
    const cas = await localCas()
    for (const name of [
      'certwright_by_hand',
      'xcertwright_0123456789abcdef',
      'other_0123456789abcdef',
    ]) {
      cas.put(name, issued(120).chainPem)
    }
    upload(cas, newest)
    expect((await pruned(cas)).removed).toEqual([])
    expect(cas.stored.size).toBe(4)
  })

  it('removes nothing where the newest is not in the store', async () => {
    const cas = await localCas()
    upload(cas, issued(120))
    expect(await pruned(cas)).toEqual({ removed: [], kept: [] })
  })

  it('never removes the one to keep, though it be older than another', async () => {
    const cas = await localCas()
    const keep = upload(cas, newest)
    upload(cas, issued(1))
    expect(await pruned(cas, { retentionMs: 0 })).toEqual({ removed: [], kept: [] })
    expect(cas.stored.has(keep)).toBe(true)
  })

  it('takes it as success when another process was quicker', async () => {
    const cas = await localCas(({ action }) =>
      action === 'DeleteUserCertificate'
        ? { status: 404, body: { Code: 'InvalidCertId.NotFound', Message: 'm' } }
        : undefined,
    )
    const old = upload(cas, issued(120))
    upload(cas, newest)
    expect((await pruned(cas)).removed).toEqual([old])
  })

  it('finds them on every page', async () => {
    const cas = await localCas()
    for (let i = 0; i < 150; i += 1)
      cas.put(`other_${i}`, issued(1, { names: ['other.example'] }).chainPem)
    const old = upload(cas, issued(120))
    upload(cas, newest)
    expect((await pruned(cas)).removed).toEqual([old])
  })
})
