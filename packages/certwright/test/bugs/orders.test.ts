import { join } from 'node:path'
import { dns01Value } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import { sandboxWorld } from '../cli/sandbox-world.ts'
import { workFor } from '../solvers/work.ts'
import { dnsOptions, interfered, pairOf, type Asked } from './world.ts'

const id = 'a.example.test'

describe('an order', () => {
  it('bug 29: that an earlier run finalized is finished with the key of that run (candango/automatoes#159, icing/mod_md#259)', async () => {
    const world = await sandboxWorld({ ca: { nonceRejectPercent: 0 } })
    const { issue, sandbox } = world
    let finalized = false
    const loses = ({ url, payload }: Asked): boolean => {
      finalized ||= 'csr' in Object(payload)
      return finalized && !url.endsWith('/directory')
    }
    const died = await issue([id], [], interfered(sandbox, { loses }))
    expect(died.code).not.toBe(0)
    expect(finalized).toBe(true)
    expect((await issue([id])).code).toBe(0)
    await pairOf(world, id)
    expect(sandbox.ca.orders()).toHaveLength(1)
    expect(sandbox.ca.certificates()).toHaveLength(1)
  })

  it('bug 18: withdraws what a run that was killed has left in DNS, and nothing else (gotempsh/temps#182, acmesh-official/acme.sh#5106)', async () => {
    const { run, ca, sandbox, directory } = await sandboxWorld()
    const name = `_acme-challenge.${id}`
    const values = (): unknown[] =>
      sandbox.dns.records(name, 'TXT').map((record) => 'data' in record && record.data)
    expect((await run(['issue', id, `*.${id}`, ...ca, ...dnsOptions(sandbox)])).code).toBe(0)
    expect(values()).toEqual([])
    // As a run leaves it that is killed between publishing and the reply of the CA: one receipt was kept, one was not.
    const store = await openStore({
      ...{ directory: join(directory, 'state'), sealing: { by: 'file' }, host: systemHost },
    })
    const { challenge: settings } = (await store.certificate(id)) ?? expect.unreachable()
    for (const token of ['one', 'two']) {
      const work = workFor(id, { token })
      const data = await dns01Value(work.keyAuthorization)
      sandbox.dns.add({ name, type: 'TXT', data })
      const receipt = { zone: sandbox.zone, name, value: data }
      await store.journalChallenge({
        ...{ id: `${id} ${token}`, certificateId: id, settings, work },
        ...(token === 'one' && { receipt }),
      })
    }
    await store.close()
    sandbox.dns.add({ name, type: 'TXT', data: "somebody else's" })
    expect(values()).toHaveLength(3)
    expect((await run(['renew'])).code).toBe(0)
    expect(values()).toEqual(["somebody else's"])
  })

  it('more: that another certificate of the same names has finalized gives neither the other’s pair (cert-manager/cert-manager#8960)', async () => {
    const world = await sandboxWorld()
    const { issue, sandbox, run } = world
    await issue([id], ['--cert', 'rsa', '--key', 'rsa2048'])
    const [first] = sandbox.ca.orders()
    // The CA gives the order that there is to whoever asks for the same names.
    const hears = interfered(sandbox, {
      hears: ({ payload }, response) =>
        'identifiers' in Object(payload)
          ? { ...response, headers: { ...response.headers, location: first?.url ?? '' } }
          : response,
    })
    const raced = await issue([id], ['--cert', 'ec', '--key', 'ec256', '--json'], hears)
    expect(raced.code).toBe(1)
    expect((await pairOf(world, 'rsa')).leaf.publicKey.asymmetricKeyType).toBe('rsa')
    await expect(pairOf(world, 'ec')).rejects.toThrow('ENOENT')
    expect((await run(['renew', 'ec'])).code).toBe(0)
    expect((await pairOf(world, 'ec')).leaf.publicKey.asymmetricKeyType).toBe('ec')
  })
})
