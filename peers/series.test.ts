import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { seriesIn } from '../examples/test/series-programs.ts'
import { startPebble } from './pebble.ts'
import { describeWith } from './peer.ts'

const hook = fileURLToPath(new URL('challtestsrv-hook.mjs', import.meta.url))

describeWith(['pebble', 'pebble-challtestsrv'], 'the programs of the series at Pebble', () => {
  it('lead from two keys to a certificate that is renewed and revoked', async () => {
    const pebble = await startPebble({ nonceReject: 15 })
    const series = seriesIn(
      {
        ACMEDirectory: pebble.directoryUrl,
        Names: 'www.example.com; *.example.com',
        DNSProvider: 'exec',
        DNSOptions: `program=${hook}`,
        Resolver: pebble.dns,
        PropagationCheck: 'no',
      },
      {
        rootPem: readFileSync(pebble.caFile, 'utf8'),
        env: { CHALLTESTSRV: pebble.controlUrl, PFX_PASSWORD: 'only for this test' },
      },
    )
    for (const line of [
      'get-directory',
      'get-nonce',
      'get-terms-of-service',
      'make-account-key',
      'make-certificate-key',
      'make-csr',
      'sign-request',
      'new-account --yes',
      'get-account-url',
      'get-account-info',
      'account-update',
      'request-certificate',
      'get-authorizations',
      'dns-validation',
      'finalize-order',
      'download-certificate',
      'renew-certificate --force',
      'make-pkcs12',
      'revoke-certificate --yes',
      'account-deactivate --yes',
    ]) {
      const [program = '', ...argv] = line.split(' ')
      const { code, stderr } = await series.run(program, ...argv)
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
    }
    const leaf = new X509Certificate(series.text('chain.pem'))
    expect(leaf.subjectAltName?.split(', ').toSorted()).toEqual([
      'DNS:*.example.com',
      'DNS:www.example.com',
    ])
  })
})
