import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

describe('an issuer of a file that makes accounts for customers only', () => {
  const macKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'

  async function customerWorld(eab: string): Promise<SandboxWorld> {
    const ca = {
      nonceRejectPercent: 0,
      externalAccountRequired: true,
      externalAccounts: [{ keyId: 'kid-1', macKey }],
    }
    const world = await sandboxWorld({ ca })
    const { sandbox, directory } = world
    await writeFile(
      join(directory, 'certwright.yaml'),
      `issuers:
  - name: sandbox
    directory: ${sandbox.directoryUrl}
    ca-file: root.pem
    agree-terms: true
${eab}
defaults:
  challenge: { type: http-01, port: ${sandbox.httpPort} }
certificates:
  - names: [a.example.test]
`,
    )
    return world
  }

  it('is given the key from where the file says, once', async () => {
    const { run, directory, sandbox } = await customerWorld(
      '    eab: { kid: kid-1, key: { env: MAC_KEY } }',
    )
    const state = join(directory, 'state')
    const env = { CERTWRIGHT_STATE: state, MAC_KEY: Buffer.from(macKey).toString('base64') }
    expect((await run(['apply', '--yes'], { env })).stderr).not.toContain('failed')
    expect(sandbox.ca.certificates()).toHaveLength(1)
    // Not needed any more, and not even looked for.
    const again = await run(['apply', '--yes'], { env: { CERTWRIGHT_STATE: state } })
    expect(again.code).toBe(0)
  })

  it('fails with what is missing, and makes nothing', async () => {
    const { run, sandbox } = await customerWorld('')
    const { stdout } = await run(['apply', '--yes', '--json'])
    expect(stdout).toContain('EXTERNAL_ACCOUNT_REQUIRED')
    expect(sandbox.ca.requests.some(({ endpoint }) => endpoint === 'newAccount')).toBe(false)
  })
})
