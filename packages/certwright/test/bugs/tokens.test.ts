import { existsSync, readdirSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { provider as exec } from '../../src/dns/providers/exec.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { http01 } from '../../src/solvers/http-01.ts'
import { tlsAlpn01 } from '../../src/solvers/tls-alpn-01.ts'
import { webroot } from '../../src/solvers/webroot.ts'
import { temporaryDirectory } from '../cli/terminal.ts'
import { workFor } from '../solvers/work.ts'

describe('what a CA sends', () => {
  it('bug 22: reaches a program as arguments and never a shell (acmesh-official/acme.sh#4659)', async () => {
    const folder = await temporaryDirectory()
    const program = join(folder, 'hook')
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/heard'\n`)
    await chmod(program, 0o755)
    const value = `$(touch ${folder}/owned)\`touch ${folder}/owned\`; touch ${folder}/owned #`
    const made = exec({ program }, { host: systemHost, env: { ...process.env } })
    await made.addTxt({ zone: 'a.test', name: '_acme-challenge.a.test', value, ttlSeconds: 60 })
    expect(existsSync(join(folder, 'owned'))).toBe(false)
    expect(await readFile(join(folder, 'heard'), 'utf8')).toBe(
      `present\n_acme-challenge.a.test.\n${value}\n`,
    )
  })

  it.each(['../../../owned', '..', 'a/b', '/owned', '', 'a\0b', 'a\\b', '%2e%2e%2fowned'])(
    'bug 23: as the token %j becomes no path (ndilieto/uacme#64)',
    async (token) => {
      const directory = await temporaryDirectory()
      const work = workFor('example.test', { token })
      const solvers = [
        webroot({ directory }),
        http01({ port: 0 }),
        tlsAlpn01({ host: systemHost, port: 0 }),
      ]
      for (const solver of solvers) {
        await expect(solver.present(work)).rejects.toMatchObject({
          code: 'CHALLENGE_TOKEN_NOT_CONFORM',
        })
      }
      expect(readdirSync(directory)).toEqual([])
    },
  )
})
