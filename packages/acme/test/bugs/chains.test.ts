import { X509Certificate } from 'node:crypto'
import { chooseChain, readChain, type IssuedChain } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { issuedLeaf } from '../issued-leaf.ts'

const nameIn = (text: string): string => /CN=([^\n]+)/.exec(text)?.[1] ?? ''

async function twoChains(): Promise<readonly IssuedChain[]> {
  const { chains } = await issuedLeaf({ alternateRoots: 1, chainLength: 2 })
  return chains.map((pem, at) => ({
    ...{ url: `https://ca.test/cert/1/${at}`, pem, alternates: [] },
    certificates: readChain(pem),
  }))
}

describe('the preferred chain', () => {
  it('bug 36: is the one that ends at the name that is preferred (fszlin/certes#277, cert-manager/cert-manager#4413)', async () => {
    const chains = await twoChains()
    for (const chain of chains) {
      const topmost = new X509Certificate(chain.certificates.at(-1) ?? new Uint8Array())
      await expect(chooseChain(chains, nameIn(topmost.issuer))).resolves.toBe(chain)
    }
  })

  it('bug 36: is not one that has the name further down (acmesh-official/acme.sh#3663)', async () => {
    const chains = await twoChains()
    const certificates = chains[0]?.certificates ?? []
    // Every name but that of the issuer of the topmost.
    const further = certificates.slice(0, -1).map((der) => nameIn(new X509Certificate(der).issuer))
    expect(further.length).toBeGreaterThan(0)
    for (const name of further) await expect(chooseChain(chains, name)).resolves.toBeUndefined()
  })
})
