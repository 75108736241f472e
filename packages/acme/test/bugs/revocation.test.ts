import { revokeCertificate } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { world } from './world.ts'

describe('revoking', () => {
  it('bug 37: for "superseded" is signed by the account, which blocks no key (acmesh-official/acme.sh#4606, letsencrypt/boulder#5662)', async () => {
    const { ca, client, account } = await world()
    const certificate = new Uint8Array([0x30, 0])
    await revokeCertificate(client, account, { certificate, reason: 4 })
    const { protected: header, payload } = ca.seen.at(-1) ?? {}
    expect(header).toHaveProperty('kid', account.url)
    expect(header).not.toHaveProperty('jwk')
    expect(payload).toEqual({ certificate: 'MAA', reason: 4 })
  })
})
