import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import * as ours from '@certwright/acme'
import * as onNode from '@certwright/acme/node'
import { startSandbox } from '@certwright/sandbox'
import * as theirs from 'acme-client'
import { describe, expect, it, onTestFinished } from 'vitest'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

describe('coming from acme-client', () => {
  it.each(['with-acme-client', 'with-certwright'])(
    'the program %s gets a certificate and revokes it',
    async (program) => {
      const atOnce = { min: 0, max: 0 }
      const sandbox = await startSandbox({
        ca: { validationDelayMs: atOnce, issuanceDelayMs: atOnce },
      })
      const folder = mkdtempSync(join(tmpdir(), 'coming-'))
      onTestFinished(async () => {
        rmSync(folder, { recursive: true, force: true })
        await sandbox.close()
      })
      const roots = join(folder, 'root.pem')
      writeFileSync(roots, sandbox.rootPem)
      const child = spawn(
        process.execPath,
        [
          at(`../coming-from-acme-client/${program}.ts`),
          sandbox.directoryUrl,
          'www.example.test',
          String(sandbox.httpPort),
        ],
        { env: { ...process.env, NODE_EXTRA_CA_CERTS: roots }, stdio: ['ignore', 'pipe', 'pipe'] },
      )
      const ended = new Promise((resolve) => child.once('close', resolve))
      const [pem, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
      expect([await ended, errors]).toEqual([0, ''])
      expect(new X509Certificate(pem).subjectAltName).toBe('DNS:www.example.test')
      expect(sandbox.ca.certificates().map(({ revoked }) => revoked !== undefined)).toEqual([true])
    },
    60_000,
  )

  it.each(['', '.zh'])(
    'the guide%s names every call of theirs, and only calls of ours',
    (suffix) => {
      const page = readFileSync(at(`../../docs/guide/coming-from-acme-client${suffix}.md`), 'utf8')
      const rows = page.split('\n').flatMap((line) => {
        const [, left, right] = /^\| `([\w.]+)` \| (.*) \|$/.exec(line) ?? []
        return left === undefined || right === undefined ? [] : [{ left, right }]
      })
      const calls = [
        ...Object.getOwnPropertyNames(theirs.Client.prototype).filter(
          (one) => one !== 'constructor',
        ),
        ...Object.keys(theirs.crypto).map((name) => `crypto.${name}`),
        ...['directory', 'forge', 'axios', 'setLogger'],
      ]
      expect(rows.map(({ left }) => left).toSorted()).toEqual(calls.toSorted())
      const named = rows.flatMap(({ right }) =>
        [...right.matchAll(/`(\w+)\(/g)].map(([, name = '']) => name),
      )
      expect(named.length).toBeGreaterThan(20)
      expect(named.filter((name) => !(name in ours) && !(name in onNode))).toEqual([])
    },
  )
})
