import 'reflect-metadata'
import { createPrivateKey } from 'node:crypto'
import { X509Crl } from '@peculiar/x509'
import { exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { base64url, send, type RawKey } from './raw-client.ts'
import {
  hourMs,
  issue,
  newWorld,
  order,
  problemOf,
  prove,
  type Issued,
  type World,
} from './world.ts'

const urlOf = (world: World): string => world.directory['revokeCert'] ?? ''

async function certified(...names: string[]) {
  const world = await newWorld()
  const member = await world.member()
  const issued = await issue(world, member, ...(names.length ? names : ['a.example']))
  const certificate = base64url(issued.der)
  const [{ serial } = { serial: '' }] = world.ca.certificates()
  return { world, member, issued, certificate, serial }
}

async function keyOf({ keys }: Issued): Promise<RawKey> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const publicKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const jwk = await exportJWK(keys.publicKey)
  return { alg: 'ES256', privateKey: keys.privateKey, publicKey, jwk }
}

describe('revokeCert', () => {
  it('by the account that was issued it, with an empty reply', async () => {
    const { world, member, certificate, serial } = await certified()
    expect(world.ca.certificateStatus(serial)).toEqual({ status: 'good' })
    const reply = await member.post(urlOf(world), { certificate, reason: 4 })
    expect([reply.status, reply.text]).toEqual([200, ''])
    expect(reply.headers['replay-nonce']).toBeDefined()
    expect(world.ca.certificateStatus(serial)).toEqual({
      status: 'revoked',
      revoked: { at: world.clock.now(), reason: 4 },
    })
    expect(world.ca.certificateStatus('00')).toBeUndefined()
  })

  it('by the key of the certificate', async () => {
    const { world, issued, certificate, serial } = await certified()
    const holder = await world.stranger(await keyOf(issued))
    expect((await holder.post(urlOf(world), { certificate })).status).toBe(200)
    expect(world.ca.certificateStatus(serial)).toMatchObject({ revoked: { reason: 0 } })
  })

  it('by another account that holds authorizations for all of its names, and only then', async () => {
    const { world, certificate } = await certified('a.example', '*.a.example')
    const other = await world.member()
    const revoke = async () => other.post(urlOf(world), { certificate })
    const name = await order(world, other, 'a.example')
    await prove(other, name.authorizations[0] ?? '')
    expect(problemOf(await revoke())).toBe('403 unauthorized')
    const wildcard = await order(world, other, '*.a.example')
    expect(problemOf(await revoke())).toBe('403 unauthorized')
    await prove(other, wildcard.authorizations[0] ?? '')
    world.clock.advance(hourMs)
    expect(problemOf(await revoke())).toBe('403 unauthorized')
    for (const each of ['a.example', '*.a.example']) {
      const again = await order(world, other, each)
      await prove(other, again.authorizations[0] ?? '')
    }
    expect((await revoke()).status).toBe(200)
  })

  it('4.1 #66 reason 7, above 10, below 0 or no integer is badRevocationReason', async () => {
    const { world, member, certificate } = await certified()
    for (const reason of [7, 11, -1, 1.5, '1', null]) {
      const reply = await member.post(urlOf(world), { certificate, reason })
      expect(problemOf(reply)).toBe('400 badRevocationReason')
      expect(reply.json['detail']).toMatch('0, 1, 2, 3, 4, 5, 6, 8, 9, 10')
    }
  })

  it('4.1 #67 what is not base64url, or not of this CA, is malformed', async () => {
    const { world, member, certificate, issued } = await certified()
    const foreign = await certified()
    for (const text of [
      undefined,
      '',
      `${certificate}=`,
      Buffer.from(issued.der).toString('base64'),
      base64url(issued.der.subarray(1)),
      foreign.certificate,
    ]) {
      const reply = await member.post(urlOf(world), { certificate: text })
      expect(problemOf(reply)).toBe('400 malformed')
    }
  })

  it('4.1 #68 a second time is 400 alreadyRevoked, whoever asks', async () => {
    const { world, member, issued, certificate } = await certified()
    await member.post(urlOf(world), { certificate })
    const holder = await world.stranger(await keyOf(issued))
    for (const client of [member, holder]) {
      const reply = await client.post(urlOf(world), { certificate })
      expect(problemOf(reply)).toBe('400 alreadyRevoked')
    }
  })

  it('4.1 #69 another account is 403 unauthorized', async () => {
    const { world, certificate, serial } = await certified()
    const other = await world.member()
    const reply = await other.post(urlOf(world), { certificate })
    expect(problemOf(reply)).toBe('403 unauthorized')
    expect(world.ca.certificateStatus(serial)).toEqual({ status: 'good' })
  })

  it('4.1 #70 a jwk other than the certificate’s is 403 unauthorized, the account’s too', async () => {
    const { world, member, certificate } = await certified()
    for (const stranger of [await world.stranger(), await world.stranger(member.key)]) {
      const reply = await stranger.post(urlOf(world), { certificate })
      expect(problemOf(reply)).toBe('403 unauthorized')
    }
  })
})

describe('the list of revoked certificates', () => {
  it('has those that were revoked and no others', async () => {
    const { world, member, certificate, serial } = await certified()
    await issue(world, member, 'b.example')
    await member.post(urlOf(world), { certificate, reason: 1 })
    const reply = await send(`${world.ca.url}/crl`, { ca: world.ca.rootPem })
    expect(reply.headers['content-type']).toBe('application/pkix-crl')
    const der = Buffer.from(reply.text, 'latin1')
    expect(new X509Crl(der).entries.map(({ reason }) => reason)).toEqual([1])
    // The library drops a leading 00 when it reads; the octets of the INTEGER do not lie.
    const octets = Buffer.from(serial, 'hex')
    expect(der.includes(Buffer.concat([Buffer.of(2, octets.length), octets]))).toBe(true)
  })
})
