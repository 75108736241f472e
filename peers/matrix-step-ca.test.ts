import {
  changeKey,
  getAccount,
  getDirectory,
  getRenewalInfo,
  newAccount,
  orders,
  revokeCertificate,
} from '@certwright/acme'
import { expect, it } from 'vitest'
import { leafOf, libraryClient, libraryWorld, newSigner } from './library.ts'
import { agreesWithCommitted, cannot, cellsOf, noteKnobs } from './matrix.ts'
import { startPebble } from './pebble.ts'
import { describeWith } from './peer.ts'
import { startStepCa } from './step-ca.ts'
import { moduleVersion } from './version.ts'

/** step-ca, which asks the DNS server that Pebble's tools have. */
async function started(
  options: { readonly externalAccountRequired?: boolean } = {},
): Promise<Awaited<ReturnType<typeof startStepCa>> & { readonly controlUrl: string }> {
  noteKnobs({ requireEAB: options.externalAccountRequired ?? false })
  const { dns, controlUrl } = await startPebble()
  return { ...(await startStepCa(dns, options)), controlUrl }
}

describeWith(
  ['step-ca', 'pebble', 'pebble-challtestsrv', 'openssl', 'go'],
  'our client at step-ca',
  () => {
    // Built by `go install`, it says `dev` itself.
    cellsOf('step-ca', () => moduleVersion('step-ca'))

    it.each(['http-01', 'dns-01', 'tls-alpn-01'])('proves a name by %s', async (type) => {
      const { obtained, solvers } = await libraryWorld(await started())
      const solver = solvers[type]
      const only = await obtained(['step.test'], { solvers: solver ? [solver] : [] })
      expect(leafOf(only).checkHost('step.test')).toBe('step.test')
    })

    it('proves a wildcard by dns-01', async () => {
      const { obtained, solvers } = await libraryWorld(await started())
      const solver = solvers['dns-01']
      const only = await obtained(['*.step.test'], { solvers: solver ? [solver] : [] })
      expect(leafOf(only).subjectAltName).toBe('DNS:*.step.test')
    })

    it.each(['http-01', 'tls-alpn-01'])('gets a certificate for an address by %s', async (type) => {
      const { obtained, solvers } = await libraryWorld(await started())
      const solver = solvers[type]
      const only = await obtained(['127.0.0.1'], { solvers: solver ? [solver] : [] })
      expect(leafOf(only).subjectAltName).toBe('IP Address:127.0.0.1')
    })

    it('gives up at its deadline where validation, within the request, reaches nothing', async () => {
      const { obtained } = await libraryWorld(await started())
      const silent = {
        type: 'http-01',
        present: () => Promise.resolve({}),
        cleanUp: () => Promise.resolve(),
      }
      // step-ca leaves the challenge pending, to be tried again.
      await expect(
        obtained(['silent.test'], { solvers: [silent], deadlineMs: 3_000 }),
      ).rejects.toMatchObject({ name: 'AcmeError' })
    })

    it(
      cannot(
        'lists its orders',
        'step-ca answers with a bare array, RFC 8555 §7.1.2.1 wants an object',
      ),
      async () => {
        const { client, account, obtained } = await libraryWorld(await started())
        await obtained(['listed.test'])
        await expect(orders(client, account).next()).rejects.toMatchObject({
          code: 'ACME_RESPONSE_NOT_CONFORM',
        })
      },
    )

    it('revokes by the account', async () => {
      const { client, account, obtained } = await libraryWorld(await started())
      const { chain } = await obtained(['revoked.test'])
      const certificate = chain.certificates[0] ?? new Uint8Array()
      await revokeCertificate(client, account, { certificate, reason: 4 })
      await revokeCertificate(client, account, { certificate, reason: 4 })
    })

    it(
      cannot(
        'binds an external account',
        'step-ca makes the keys for it in its commercial edition alone',
      ),
      async () => {
        const at = await started({ externalAccountRequired: true })
        const client = libraryClient(at)
        expect((await getDirectory(client)).meta.externalAccountRequired).toBe(true)
        const unbound = newAccount(client, await newSigner(), { termsOfServiceAgreed: true })
        await expect(unbound).rejects.toMatchObject({
          problem: { type: 'urn:ietf:params:acme:error:externalAccountRequired' },
        })
        const strange = newAccount(client, await newSigner(), {
          termsOfServiceAgreed: true,
          externalAccount: { keyId: 'nobody', macKey: new Uint8Array(32).fill(1) },
        })
        await expect(strange).rejects.toMatchObject({ code: 'ACME_PROBLEM' })
      },
    )

    it(cannot('changes its key', 'step-ca has no keyChange'), async () => {
      const { client, account } = await libraryWorld(await started())
      const persist = (): Promise<void> => Promise.resolve()
      await expect(
        changeKey(client, account, await newSigner(), { persist }),
      ).rejects.toMatchObject({ name: 'AcmeError' })
      expect(await getAccount(client, account)).toMatchObject({ status: 'valid' })
    })

    it(cannot('reads renewal information', 'step-ca has no renewal information'), async () => {
      const { client, obtained } = await libraryWorld(await started())
      const { chain } = await obtained(['ari.test'])
      const info = getRenewalInfo(client, chain.certificates[0] ?? new Uint8Array())
      await expect(info).rejects.toMatchObject({ code: 'ACME_NOT_SUPPORTED' })
    })

    it(cannot('asks for a profile', 'step-ca has no profiles'), async () => {
      const { obtained } = await libraryWorld(await started())
      await expect(obtained(['step.test'], { profile: 'short' })).rejects.toMatchObject({
        code: 'ACME_PROFILE_NOT_OFFERED',
        profiles: [],
      })
    })

    it(cannot('chooses between chains', 'step-ca offers one chain'), async () => {
      const { obtained } = await libraryWorld(await started())
      const { chain } = await obtained(['step.test'], { preferredChain: 'Nobody Root' })
      expect(chain).toMatchObject({ preferred: false, alternates: [] })
    })
  },
)

agreesWithCommitted('step-ca')
