import {
  changeKey,
  deactivateAccount,
  newAccount,
  revokeCertificate,
  updateAccount,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { newSigner } from '../fake-ca.ts'
import { world } from './world.ts'

describe('requests', () => {
  it('bug 26: every POST has the media type to the byte, and no other (letsencrypt/boulder#3603, certbot/certbot#5684, srvrco/getssl#389)', async () => {
    const { ca, client, account, run } = await world()
    await newAccount(client, account.signer, {})
    await run()
    await updateAccount(client, account, { contact: [] })
    await revokeCertificate(client, account, { certificate: new Uint8Array([0x30, 0]) })
    await revokeCertificate(client, await newSigner(), { certificate: new Uint8Array([0x30, 0]) })
    const persist = async (): Promise<void> => undefined
    const changed = await changeKey(client, account, await newSigner(), { persist })
    await deactivateAccount(client, changed)
    const posts = ca.seen.filter(({ method }) => method === 'POST')
    const types = posts.flatMap(({ headers }) =>
      Object.entries(headers).filter(([name]) => name.toLowerCase() === 'content-type'),
    )
    expect(types).toEqual(posts.map(() => ['content-type', 'application/jose+json']))
    const paths = new Set(posts.map(({ path }) => path.replace(/\/[\w-]*\d.*/, '')))
    expect([...paths].sort()).toEqual(
      expect.arrayContaining([
        '/challenge',
        '/key-change',
        '/new-account',
        '/new-order',
        '/revoke-cert',
      ]),
    )
  })
})
