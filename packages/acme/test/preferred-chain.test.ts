import { createHash, X509Certificate } from 'node:crypto'
import {
  AcmeError,
  chainEnding,
  chooseChain,
  downloadCertificate,
  pemEncode,
  readChain,
  type IssuedChain,
} from '@certwright/acme'
import { beforeAll, describe, expect, it } from 'vitest'
import { chainPem, fakeCa, knownAccount, refusal, type FakeCa } from './fake-ca.ts'
import { issuedLeaf } from './issued-leaf.ts'

/** Three chains of leaf and two intermediates, of which the upper one is signed by three roots. */
let pems: readonly string[] = []
let rootNames: readonly string[] = []

beforeAll(async () => {
  const { authority, chains } = await issuedLeaf({ alternateRoots: 2, chainLength: 2 })
  pems = chains
  rootNames = authority.rootPems.map((pem) => nameIn(new X509Certificate(pem).subject))
})

const nameIn = (subject: string): string => subject.replace(/^CN=/, '')
const topmostOf = (pem: string): X509Certificate =>
  new X509Certificate(readChain(pem).at(-1) ?? new Uint8Array())
const urlOf = (at: number): string => `https://ca.test/cert/1${at === 0 ? '' : `/${at}`}`

function chain(pem: string, url = 'https://ca.test/cert/1'): IssuedChain {
  return { url, pem, certificates: readChain(pem), alternates: [] }
}

describe('chooseChain', () => {
  it('goes by the common name of the issuer of the topmost certificate', async () => {
    const chains = pems.map((pem, at) => chain(pem, urlOf(at)))
    for (const [at, name] of rootNames.entries()) {
      await expect(chooseChain(chains, name)).resolves.toBe(chains[at])
    }
  })

  it('does not go by names further down, parts of names or other cases', async () => {
    const chains = pems.map((pem) => chain(pem))
    const [root = ''] = rootNames
    const lower = nameIn(topmostOf(pems[0] ?? '').subject)
    for (const name of [lower, root.slice(0, 10), root.toLowerCase(), '', 'Unknown Root']) {
      await expect(chooseChain(chains, name)).resolves.toBeUndefined()
    }
  })

  it('goes by the fingerprint of the topmost certificate, in any spelling of hex', async () => {
    const chains = pems.map((pem) => chain(pem))
    for (const [at, pem] of pems.entries()) {
      const { fingerprint256 } = topmostOf(pem)
      for (const text of [fingerprint256, fingerprint256.replaceAll(':', '').toLowerCase()]) {
        await expect(chooseChain(chains, text)).resolves.toBe(chains[at])
      }
    }
    const leaf = new X509Certificate(pems[0] ?? '').fingerprint256
    await expect(chooseChain(chains, leaf)).resolves.toBeUndefined()
  })

  it('goes by the fingerprint of the topmost key', async () => {
    const chains = pems.map((pem) => chain(pem))
    const spki = topmostOf(pems[0] ?? '').publicKey.export({ format: 'der', type: 'spki' })
    const fingerprint = createHash('sha256').update(spki).digest('hex')
    await expect(chooseChain(chains, fingerprint)).resolves.toBe(chains[0])
  })

  it('says where a chain ends by the fingerprint alone, where no name can be read', async () => {
    const [certificate = new Uint8Array()] = readChain(chainPem)
    const fingerprint = createHash('sha256').update(certificate).digest('hex')
    await expect(chainEnding({ certificates: [certificate] })).resolves.toStrictEqual({
      fingerprint,
    })
  })

  it('prefers nothing among chains that cannot be read or are empty', async () => {
    const empty = { ...chain(chainPem), certificates: [] }
    await expect(chooseChain([empty, chain(chainPem)], 'Root')).resolves.toBeUndefined()
    await expect(chooseChain([], 'Root')).resolves.toBeUndefined()
  })
})

describe('downloadCertificate with a preferred chain', () => {
  type Answer = NonNullable<Parameters<typeof fakeCa>[0]>['before']

  async function world(instead: Answer = () => undefined): Promise<{
    readonly ca: FakeCa
    readonly download: (preferredChain?: string) => Promise<IssuedChain>
  }> {
    const ca = fakeCa({
      before(seen, ca) {
        const at = pems.findIndex((_, at) => seen.url === urlOf(at))
        if (at === -1) return undefined
        const link = pems.flatMap((_, other) =>
          other === at ? [] : `<${urlOf(other)}>;rel="alternate"`,
        )
        return instead(seen, ca) ?? { body: pems[at], headers: { link: link.join(', ') } }
      },
    })
    const account = await knownAccount(ca)
    const client = ca.client()
    return {
      ca,
      download: (preferredChain) =>
        downloadCertificate(client, account, urlOf(0), { preferredChain }),
    }
  }
  const asked = ({ calls }: FakeCa): number =>
    calls().filter((call) => call.includes('/cert/')).length

  it('asks for no other where none is preferred, or the default is', async () => {
    const plain = await world()
    await expect(plain.download()).resolves.not.toHaveProperty('preferred')
    expect(asked(plain.ca)).toBe(1)
    const { ca, download } = await world()
    await expect(download(rootNames[0])).resolves.toMatchObject({ url: urlOf(0), preferred: true })
    expect(asked(ca)).toBe(1)
  })

  it('asks for one after the other until it is found', async () => {
    const { ca, download } = await world()
    await expect(download(rootNames[1])).resolves.toMatchObject({
      url: urlOf(1),
      pem: pems[1],
      preferred: true,
      alternates: [urlOf(0), urlOf(2)],
    })
    expect(asked(ca)).toBe(2)
  })

  it('takes the default chain, and says so, where none is found', async () => {
    const { ca, download } = await world()
    await expect(download('Unknown Root')).resolves.toMatchObject({
      url: urlOf(0),
      pem: pems[0],
      preferred: false,
      offered: pems.map((pem, at) => ({
        issuerName: rootNames[at],
        fingerprint: topmostOf(pem).fingerprint256.replaceAll(':', '').toLowerCase(),
      })),
    })
    expect(asked(ca)).toBe(3)
  })

  it('passes over a chain that cannot be had', async () => {
    const { download } = await world(({ url }) =>
      url === urlOf(1) ? refusal('malformed', 404) : undefined,
    )
    await expect(download(rootNames[2])).resolves.toMatchObject({ url: urlOf(2), preferred: true })
    await expect(download(rootNames[1])).resolves.toMatchObject({ url: urlOf(0), preferred: false })
  })

  it('passes over a chain of another leaf', async () => {
    const { chains } = await issuedLeaf()
    const { download } = await world(({ url }) =>
      url === urlOf(1) ? { body: chains[0] } : undefined,
    )
    const name = nameIn(topmostOf(chains[0] ?? '').issuer)
    await expect(download(name)).resolves.toHaveProperty('preferred', false)
  })

  it('passes over a chain whose leaf differs in one octet', async () => {
    const leaves = ['3003020101', '3003020102', '3003020201', '300302010101'].map((hex) =>
      pemEncode('CERTIFICATE', Buffer.from(hex, 'hex')),
    )
    const topmost = pemEncode('CERTIFICATE', readChain(pems[1] ?? '').at(-1) ?? new Uint8Array())
    for (const [at, leaf] of leaves.entries()) {
      const link = '</cert/1/1>;rel="alternate"'
      const ca = fakeCa({
        before: ({ path }) => {
          if (path === '/cert/1') return { body: leaves[0], headers: { link } }
          return path === '/cert/1/1' ? { body: leaf + topmost } : undefined
        },
      })
      const options = { preferredChain: rootNames[1] }
      const account = await knownAccount(ca)
      const chain = await downloadCertificate(ca.client(), account, urlOf(0), options)
      expect(chain.preferred).toBe(at === 0)
    }
  })

  it('ends with the reason of an abort between two chains', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const { ca } = await world(({ url }) => {
      if (url === urlOf(1)) controller.abort('enough')
      return undefined
    })
    const account = await knownAccount(ca)
    const options = { preferredChain: 'Unknown Root', signal }
    const download = downloadCertificate(ca.client(), account, urlOf(0), options)
    await expect(download).rejects.toBe('enough')
    expect(asked(ca)).toBe(2)
  })

  it('follows no more than ten others, each once', async () => {
    const many = Array.from({ length: 30 }, (_, at) => `<https://ca.test/cert/1/x${at % 15}>`)
    const link = many.map((target) => `${target};rel="alternate"`).join(', ')
    const ca = fakeCa({
      before: ({ path }) =>
        path.startsWith('/cert/') ? { body: pems[0], headers: { link } } : undefined,
    })
    const options = { preferredChain: 'Unknown Root' }
    await downloadCertificate(ca.client(), await knownAccount(ca), urlOf(0), options)
    expect(asked(ca)).toBe(11)
  })

  it('still fails where the default chain does', async () => {
    const { download } = await world(() => refusal('unauthorized', 403))
    await expect(download(rootNames[0])).rejects.toThrow(AcmeError)
  })
})
