import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { sandboxWorld } from './sandbox-world.ts'

/** Every way in which text could be found again that says these octets. */
function spellings(octets: Buffer): readonly string[] {
  const base64 = octets.toString('base64')
  return [base64, base64.replace(/=+$/, ''), octets.toString('base64url'), octets.toString('hex')]
}

/** The parts of a private key that nobody else may have, in every encoding and spelling. */
function secretsOf(key: KeyObject): readonly string[] {
  const { d = '' } = key.export({ format: 'jwk' })
  const der = key.export({ format: 'der', type: 'pkcs8' })
  return [...spellings(Buffer.from(d, 'base64url')), ...spellings(der)]
}

/** The keys that a state directory holds, as their owner can read them. */
async function keysOf(directory: string, passphrase: KeyMaterial): Promise<readonly KeyObject[]> {
  const store = await openStore({ directory, sealing: passphrase, host: systemHost })
  try {
    const issuers = await store.issuers()
    const certificates = await store.certificates()
    const versions = await Promise.all(certificates.map(async ({ id }) => store.versions(id)))
    return [
      ...issuers.flatMap(({ accountKey }) => (accountKey.held === 'here' ? [accountKey.pem] : [])),
      ...versions.flat().flatMap(({ privateKey }) => privateKey ?? []),
    ].map((secret) => createPrivateKey(secret.reveal()))
  } finally {
    await store.close()
  }
}

type KeyMaterial = Parameters<typeof openStore>[0]['sealing']

const secret = fc.uint8Array({ minLength: 32, maxLength: 64 }).map((octets) => Buffer.from(octets))

it(
  'lets no secret into a trace, its file, JSON, a message or the list of what is kept',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.boolean(), async (wrong, json) => {
        const { sandbox, directory, run, ca } = await sandboxWorld()
        const { tsig, resolver } = sandbox
        const options = (key: string): string[] =>
          [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${key}`].flatMap((option) => [
            '--dns-option',
            option,
          ])
        const shared = [
          ...['--dns', 'rfc2136', '--resolver', resolver, '--trace', '--trace-file', 'trace.jsonl'],
          ...(json ? ['--json'] : []),
        ]
        const issue = ['issue', 'a.example.test', ...ca, ...shared]
        const refused = await run([...issue, ...options(wrong.toString('base64'))])
        const issued = await run([...issue, ...options(tsig.secret)])
        const mistyped = await run([
          ...issue,
          '--dns-option',
          `key-secrets=${wrong.toString('hex')}`,
        ])
        const shown = await run(['show', 'a.example.test', '--json'])
        const [old] = await keysOf(join(directory, 'state'), { by: 'file' })
        const tracing = ['--trace', '--trace-file', 'trace.jsonl', ...(json ? ['--json'] : [])]
        const rolled = await run(['account', 'rollover', ...tracing])
        const codes = [refused, issued, shown, rolled].map(({ code }) => code)
        expect(codes, issued.stderr + rolled.stderr).toEqual([1, 0, 0, 0])
        expect(mistyped.code).toBe(64)

        const state = join(directory, 'state')
        const keys = await keysOf(state, { by: 'file' })
        expect(keys.length).toBe(2)
        const sealingKey = await readFile(join(state, 'seal.key'), 'utf8')
        const traced = await readFile(join(directory, 'trace.jsonl'), 'utf8')
        expect(traced.split('\n').length).toBeGreaterThan(5)
        const said =
          [refused, issued, mistyped, shown, rolled]
            .flatMap(({ stdout, stderr }) => [stdout, stderr])
            .join('\n') + traced
        const secrets = [
          ...spellings(wrong),
          ...spellings(Buffer.from(tsig.secret, 'base64')),
          sealingKey.trim(),
          ...[...keys, ...(old ? [old] : [])].flatMap(secretsOf),
        ]
        for (const one of secrets) expect(said.includes(one), one.slice(0, 6)).toBe(false)
        expect(said).not.toMatch(/PRIVATE KEY/)
        expect(await readdir(directory)).toContain('trace.jsonl')
      }),
      { numRuns: 6 },
    )
  },
)
