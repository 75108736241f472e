import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { terminal } from '../terminal.ts'

const url = 'https://ca.example/acme/new-account'

interface Built {
  readonly header: Record<string, unknown>
  readonly jwk: Record<string, unknown>
  readonly signingInput: string
  readonly signature: string
  readonly body: {
    readonly protected: string
    readonly payload: string
    readonly signature: string
  }
}

describe('acme jws', () => {
  it.each([
    ['rsa2048', 'RS256', 256],
    ['ec256', 'ES256', 64],
  ])('builds with %s what another program verifies by %s', async (type, algorithm, octets) => {
    const { run } = await terminal()
    await run(['acme', 'key', 'account', '--type', type])
    const payload = '{"termsOfServiceAgreed":true}'
    const common = ['acme', 'jws', url, '--key', 'account.key', '--nonce', 'n-1']
    const { stdout } = await run([...common, '--payload', payload, '--json'])
    const { header, jwk, signingInput, signature, body } = JSON.parse(stdout) as Built
    expect(header).toEqual({ alg: algorithm, jwk, nonce: 'n-1', url })
    expect(signingInput).toBe(`${body.protected}.${body.payload}`)
    expect(Buffer.from(body.protected, 'base64url').toString()).toBe(JSON.stringify(header))
    expect(Buffer.from(body.payload, 'base64url').toString()).toBe(payload)
    const bytes = Buffer.from(body.signature, 'base64url')
    expect([bytes.length, bytes.toString('hex')]).toEqual([octets, signature])
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const how = { key, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', Buffer.from(signingInput), how, bytes)).toBe(true)
  })

  it.each(['en', 'zh'])('explains each step with its bytes (%s)', async (language) => {
    const { run } = await terminal()
    await run(['acme', 'key', 'account', '--type', 'ec256'])
    const kid = 'https://ca.example/acme/account/1'
    const line = ['acme', 'jws', kid, '--key', 'account.key', '--kid', kid, '--nonce', 'n-1']
    const { stdout, code } = await run([...line, '--explain', '--lang', language])
    const lines = stdout.trimEnd().split('\n')
    const body = JSON.parse(lines.at(-1) ?? '') as Built['body']
    const input = `${body.protected}.`
    const signature = Buffer.from(body.signature, 'base64url').toString('hex')
    expect(body.payload).toBe('')
    for (const shown of [
      input,
      createHash('sha256').update(input).digest('hex'),
      `R ${signature.slice(0, 64)}`,
      `S ${signature.slice(64)}`,
      'Content-Type: application/jose+json',
      'POST https://ca.example/acme/account/1',
    ]) {
      expect(lines).toContain(`   ${shown}`)
    }
    for (const step of [1, 2, 3, 4, 5, 6]) expect(stdout).toMatch(new RegExp(`^${step} {2}`, 'm'))
    expect(code).toBe(0)
  })

  it('never shows the private key', async () => {
    const { run } = await terminal()
    await run(['acme', 'key', 'account', '--type', 'ec256'])
    const { stdout } = await run(['acme', 'jws', url, '--key', 'account.key', '--json'])
    expect((JSON.parse(stdout) as Built).jwk).not.toHaveProperty('d')
    expect(stdout).not.toContain('PRIVATE')
  })

  it.each(['[1]', '"text"', 'no json', 'null'])('refuses the payload %s', async (payload) => {
    const { run } = await terminal()
    await run(['acme', 'key', 'account', '--type', 'ec256'])
    const line = ['acme', 'jws', url, '--key', 'account.key', '--payload', payload, '--json']
    const { stdout, code } = await run(line)
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      { error: { code: 'ACME_PAYLOAD_NOT_JSON' } },
    ])
  })

  it('asks for the key', async () => {
    const { run } = await terminal()
    const { code, stderr } = await run(['acme', 'jws', url])
    expect([code, stderr]).toEqual([64, expect.stringContaining('--key')])
  })
})
