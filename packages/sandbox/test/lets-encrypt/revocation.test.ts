import { createPrivateKey } from 'node:crypto'
import { exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { base64url, type RawKey } from '../ca/raw-client.ts'
import { csr, hourMs, issue, problemOf, prove, readyOrder, type Issued } from '../ca/world.ts'
import { strictWorld } from './world.ts'

const dayMs = 24 * hourMs

async function certified(...names: string[]) {
  const at = await strictWorld()
  const { world, member } = at
  const issued = await issue(world, member, ...(names.length ? names : ['a.test']))
  const url = world.directory['revokeCert'] ?? ''
  const certificate = base64url(issued.der)
  const reason = (): number | undefined => world.ca.certificates()[0]?.revoked?.reason
  return { ...at, issued, url, certificate, reason }
}

async function keyOf({ keys }: Issued): Promise<RawKey> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const publicKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const jwk = await exportJWK(keys.publicKey)
  return { alg: 'ES256', privateKey: keys.privateKey, publicKey, jwk }
}

describe('revokeCert', () => {
  it('4.2 #14 takes the reasons 0, 1, 4 and 5 and no other', async () => {
    const { member, url, certificate, reason } = await certified()
    for (const wrong of [2, 3, 6, 7, 8, 9, 10, 11]) {
      const reply = await member.post(url, { certificate, reason: wrong })
      expect(problemOf(reply)).toBe('400 badRevocationReason')
    }
    expect((await member.post(url, { certificate, reason: 5 })).status).toBe(200)
    expect(reason()).toBe(5)
  })

  it('4.2 #14 of what has expired is unauthorized', async () => {
    const { member, world, url, certificate } = await certified()
    world.clock.advance(90 * dayMs)
    expect(problemOf(await member.post(url, { certificate }))).toBe('403 unauthorized')
  })

  it('4.2 #14 of what another CA has issued is 404, of what is none malformed', async () => {
    const { member, url } = await certified()
    const foreign = await certified()
    const unknown = await member.post(url, { certificate: foreign.certificate })
    expect(problemOf(unknown)).toBe('404 malformed')
    expect(problemOf(await member.post(url, { certificate: 'AAAA' }))).toBe('400 malformed')
  })

  it('4.2 #14 by an account that now holds the names is cessationOfOperation', async () => {
    const { world, url, certificate, reason, ask } = await certified()
    const other = await world.member()
    expect(problemOf(await other.post(url, { certificate }))).toBe('403 unauthorized')
    const [proof = ''] = (await ask(['a.test'], {}, other)).json['authorizations'] as string[]
    await prove(other, proof)
    expect((await other.post(url, { certificate, reason: 4 })).status).toBe(200)
    expect(reason()).toBe(5)
  })

  it('4.2 #14 by the key is keyCompromise, and blocks the key for ever', async () => {
    const { world, member, issued, url, certificate, reason } = await certified()
    const holder = await world.stranger(await keyOf(issued))
    expect((await holder.post(url, { certificate, reason: 0 })).status).toBe(200)
    expect(reason()).toBe(1)
    const at = await readyOrder(world, member, 'a.test')
    const again = base64url(await csr({ names: ['a.test'], keys: issued.keys }))
    expect(problemOf(await member.post(at.finalize, { csr: again }))).toBe('400 badCSR')
    const agreed = { termsOfServiceAgreed: true }
    const account = await holder.post(world.directory['newAccount'] ?? '', agreed)
    expect(problemOf(account)).toBe('400 badPublicKey')
  })

  it('4.2 #14 by the key makes keyCompromise of another reason, once', async () => {
    const { world, member, issued, url, certificate, reason } = await certified()
    await member.post(url, { certificate, reason: 4 })
    expect(problemOf(await member.post(url, { certificate }))).toBe('400 alreadyRevoked')
    const holder = await world.stranger(await keyOf(issued))
    expect((await holder.post(url, { certificate })).status).toBe(200)
    expect(reason()).toBe(1)
    expect(problemOf(await holder.post(url, { certificate }))).toBe('400 alreadyRevoked')
  })
})

describe('replaces', () => {
  it('4.2 #16 counts an order while it is pending, ready, processing or valid, and no longer', async () => {
    const { world, member, ask } = await certified()
    const replaces = world.ca.certificates()[0]?.certificateId
    const first = await ask(['a.test', 'b.test'], { replaces })
    expect(first.json).toMatchObject({ status: 'pending', replaces })
    expect(problemOf(await ask(['a.test'], { replaces }))).toBe('409 alreadyReplaced')
    const proofs = first.json['authorizations'] as string[]
    for (const url of proofs) {
      if ((await member.read(url)).json['status'] === 'pending') await prove(member, url)
    }
    expect((await member.read(first.headers['location'] ?? '')).json['status']).toBe('ready')
    expect(problemOf(await ask(['a.test'], { replaces }))).toBe('409 alreadyReplaced')
    for (const url of proofs) await member.post(url, { status: 'deactivated' })
    const second = await ask(['a.test'], { replaces })
    expect(second.status).toBe(201)
    world.clock.advance(8 * dayMs)
    expect((await ask(['a.test'], { replaces })).status).toBe(201)
  })

  it('4.2 #16 of an unknown certificate is 404, of other names malformed, of another account unauthorized', async () => {
    const { world, ask } = await certified()
    const { certificateId = '' } = world.ca.certificates()[0] ?? {}
    const unknown = `${certificateId.split('.')[0]}.AQ`
    expect(problemOf(await ask(['a.test'], { replaces: unknown }))).toBe('404 malformed')
    const replaces = certificateId
    expect(problemOf(await ask(['b.test'], { replaces }))).toBe('400 malformed')
    const other = await world.member()
    expect(problemOf(await ask(['a.test'], { replaces }, other))).toBe('403 unauthorized')
  })
})
