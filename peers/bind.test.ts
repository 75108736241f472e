import { X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serverCertificate } from './pebble.ts'
import { certwright, describeWith, freePort, peer, run, start, temporaryFolder } from './peer.ts'

const secret = Buffer.alloc(32, 7).toString('base64')

/** BIND, authoritative for one dynamic zone that takes updates signed with one TSIG key. */
async function startBind(zone: string, algorithm: string): Promise<number> {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  const port = await freePort()
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o666 })
    return join(folder, name)
  }
  const zoneFile = file(
    'zone.db',
    `$TTL 60
@ IN SOA ns1 admin 1 3600 600 86400 60
@ IN NS ns1
ns1 IN A 127.0.0.1
@ IN A 127.0.0.1
* IN A 127.0.0.1
`,
  )
  const config = file(
    'named.conf',
    `
options {
  directory "${folder}"; pid-file none; session-keyfile none; managed-keys-directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
};
controls { };
key "certwright." { algorithm ${algorithm}; secret "${secret}"; };
zone "${zone}" { type primary; file "${zoneFile}"; journal "${join(folder, 'zone.jnl')}"; update-policy { grant certwright. zonesub TXT; }; };
`,
  )
  await start('named', ['-g', '-c', config, '-n', '1'], { port })
  return port
}

describeWith(['named', 'pebble', 'openssl', 'dig'], 'dns-01 through a real BIND by rfc2136', () => {
  it.each(['hmac-sha256', 'hmac-sha384', 'hmac-sha512'])(
    'issues an apex and its wildcard with a %s key, and leaves no record behind',
    async (algorithm) => {
      const dns = await startBind('bind.test', algorithm)
      const folder = temporaryFolder()
      const { caFile, keyFile, certFile } = await serverCertificate(folder)
      const [listen, management] = [await freePort(), await freePort()]
      const config = join(folder, 'pebble.json')
      writeFileSync(
        config,
        JSON.stringify({
          pebble: {
            listenAddress: `127.0.0.1:${listen}`,
            managementListenAddress: `127.0.0.1:${management}`,
            certificate: certFile,
            privateKey: keyFile,
            httpPort: 5002,
            tlsPort: 5001,
          },
        }),
      )
      await start('pebble', ['-config', config, '-strict', '-dnsserver', `127.0.0.1:${dns}`], {
        port: listen,
        env: { PEBBLE_VA_NOSLEEP: '1' },
      })
      const out = join(folder, 'out')
      const options = [
        `server=127.0.0.1:${dns}`,
        'key-name=certwright',
        `key-algorithm=${algorithm}`,
        `key-secret=${secret}`,
      ]
      const ran = await certwright([
        'issue',
        'bind.test',
        '*.bind.test',
        '--issuer',
        `https://localhost:${listen}/dir`,
        '--ca-file',
        caFile,
        '--agree-tos',
        '--dns',
        'rfc2136',
        ...options.flatMap((option) => ['--dns-option', option]),
        '--resolver',
        `127.0.0.1:${dns}`,
        '--state',
        join(folder, 'state'),
        '--out',
        out,
      ])
      expect(ran.stdout + ran.stderr).not.toContain(secret)
      const leaf = new X509Certificate(readFileSync(join(out, 'current', 'cert.pem')))
      expect(leaf.subjectAltName?.split(', ').sort()).toEqual(['DNS:*.bind.test', 'DNS:bind.test'])
      const left = await run(peer('dig'), [
        '+short',
        '-p',
        String(dns),
        '@127.0.0.1',
        '_acme-challenge.bind.test',
        'TXT',
      ])
      expect(left.stdout).toBe('')
    },
  )
})
