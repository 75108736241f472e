import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxDescription } from '@certwright/sandbox/command'
import { afterEach, expect, it } from 'vitest'
import { describeWith, peer, refusesNoNonce, run, temporaryFolder } from './peer.ts'
import { root } from './process.ts'

let sandbox: ChildProcess | undefined
afterEach(async () => {
  if (sandbox === undefined) return
  const ended = once(sandbox, 'close')
  sandbox.kill('SIGINT')
  await ended
  sandbox = undefined
})

/** The sandbox as strangers run it: its own command, in a process of its own. */
async function started(...args: readonly string[]): Promise<SandboxDescription> {
  const bin = join(root, 'packages/sandbox/bin/certwright-sandbox.js')
  sandbox = spawn(process.execPath, [bin, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  sandbox.stderr?.on('data', (chunk) => (said += String(chunk)))
  const closed = once(sandbox, 'close').then(() => Promise.reject(new Error(said)))
  const printed = once(sandbox.stdout as NonNullable<typeof sandbox.stdout>, 'data')
  const [line] = (await Promise.race([printed, closed])) as [Buffer]
  closed.catch(() => undefined)
  const description = JSON.parse(line.toString()) as SandboxDescription
  await refusesNoNonce(description.controlUrl ?? '')
  return description
}

/** What certbot asks for, by http-01, as README.md has it. */
async function certified(at: SandboxDescription, folder: string, name: string): Promise<string> {
  const { directoryUrl, rootFile, httpPort } = at
  const ran = await run(
    peer('certbot'),
    [
      ...['certonly', '--standalone', '--non-interactive', '--agree-tos'],
      ...['--register-unsafely-without-email', '--server', directoryUrl],
      ...['--http-01-port', String(httpPort), '--config-dir', folder, '--work-dir', folder],
      ...['--logs-dir', folder, '-d', name],
    ],
    { env: { REQUESTS_CA_BUNDLE: rootFile } },
  )
  expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  return join(folder, 'live', name)
}

describeWith(['certbot', 'openssl'], 'certwright-sandbox with certbot and OpenSSL', () => {
  it('issues, and its list of revoked certificates is fetched and believed', async () => {
    const at = await started()
    const folder = temporaryFolder()
    const cas = at.cas[0]
    const live = await certified(at, folder, 'www.example.test')
    const leaf = join(live, 'cert.pem')
    const verify = [
      ...['verify', '-CAfile', at.rootFile, '-untrusted', join(live, 'chain.pem')],
      ...['-crl_check', '-crl_download', '-no-CApath', leaf],
    ]
    const good = await run(peer('openssl'), verify)
    expect(good.stdout + good.stderr).toContain(`${leaf}: OK`)

    const { stdout } = await run(peer('openssl'), ['x509', '-in', leaf, '-noout', '-text'])
    expect(stdout).toContain('Policy: 2.999.1')
    expect(stdout).toContain('For tests only')
    expect(stdout).toContain(`URI:${cas?.crlUrl}`)

    const [certificate] = (await (
      await fetch(`${at.controlUrl}/cas/default/certificates`)
    ).json()) as { serial: string }[]
    const revoked = await fetch(
      `${at.controlUrl}/cas/default/certificates/${certificate?.serial}/revoke`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 1 }),
      },
    )
    expect(revoked.status).toBe(204)
    const bad = await run(peer('openssl'), verify)
    expect(bad.stdout + bad.stderr).toContain('certificate revoked')

    const list = join(folder, 'list.crl')
    writeFileSync(list, Buffer.from(await (await fetch(cas?.crlUrl ?? '')).arrayBuffer()))
    const chain = readFileSync(join(live, 'chain.pem'), 'utf8')
    const issuer = join(folder, 'issuer.pem')
    writeFileSync(issuer, chain)
    const shown = await run(peer('openssl'), [
      ...['crl', '-inform', 'DER', '-in', list, '-noout', '-text', '-CAfile', issuer],
    ])
    expect(shown.stdout + shown.stderr).toContain('verify OK')
    expect(shown.stdout).toMatch(/X509v3 CRL Reason Code:\s*\n\s*Key Compromise/)
    expect(shown.stdout).toMatch(/Next Update: /)
  })

  it('is as strict as Let’s Encrypt where it is told to be', async () => {
    const at = await started('--knob', 'strict=letsencrypt', '--zone', 'strict.test')
    const live = await certified(at, temporaryFolder(), 'www.strict.test')
    const { stdout } = await run(peer('openssl'), [
      ...['x509', '-in', join(live, 'cert.pem'), '-noout', '-subject'],
    ])
    expect(stdout).toMatch(/subject=CN ?= ?www\.strict\.test/)
  })
})
