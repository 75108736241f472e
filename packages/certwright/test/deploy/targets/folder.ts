import { X509Certificate, createPrivateKey } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemHost } from '../../../src/runtime/host.ts'
import type { TargetContext } from '../../../src/deploy/target-context.ts'
import type { DeployTarget } from '../../../src/deploy/target.ts'
import type { DeployTargetWorld } from '../../../src/testing/index.ts'
import { renewals } from './account.ts'

/** A folder of this machine with programs in it that stand for a server's check and reload. */
export interface ServerFolder {
  readonly path: string
  readonly context: TargetContext
  /** A program that writes down how it was called, runs this, and exits with what `fails` says. */
  readonly command: (name: string, body?: string) => string
  /** How its programs were called, in order. */
  readonly calls: () => readonly string[]
  /** Sets how often the program of this name fails from now on. */
  readonly fails: (name: string, times: number) => void
  readonly close: () => void
}

export function serverFolder(): ServerFolder {
  const path = mkdtempSync(join(tmpdir(), 'certwright files '))
  const programs = join(path, 'bin')
  mkdirSync(programs)
  const log = join(programs, 'log')
  return {
    path,
    context: { host: systemHost, env: { PATH: process.env['PATH'], SECRET_OF_OURS: 'hunter2' } },
    command(name, body = '') {
      const program = join(programs, name)
      const count = `${program}.fails`
      writeFileSync(
        program,
        `#!/bin/sh
echo "${name} $*" >> '${log}'
${body}
left=$(cat '${count}' 2>/dev/null || echo 0)
[ "$left" -gt 0 ] && { echo $((left - 1)) > '${count}'; echo '${name}: no' >&2; exit 3; }
exit 0
`,
      )
      chmodSync(program, 0o755)
      return `"${program}"`
    },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split(/ *\n/) : []),
    fails: (name, times) => writeFileSync(join(programs, `${name}.fails`), String(times)),
    close: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** SHA-256 of the leaf in a file, where the key in the other is its own; `undefined` where either is not there. */
export function heldIn(chainPath: string, keyPath: string): string | undefined {
  if (!existsSync(chainPath) || !existsSync(keyPath)) return undefined
  const [leaf] =
    /-----BEGIN CERT[^]*?-----END CERTIFICATE-----/.exec(readFileSync(chainPath, 'utf8')) ?? []
  const [key] =
    /-----BEGIN [A-Z ]*PRIVATE KEY[^]*?-----END [A-Z ]*PRIVATE KEY-----/.exec(
      readFileSync(keyPath, 'utf8'),
    ) ?? []
  if (leaf === undefined || key === undefined) return undefined
  const certificate = new X509Certificate(leaf)
  if (!certificate.checkPrivateKey(createPrivateKey(key))) return 'a key of another certificate'
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}

export interface FolderWorldOptions {
  readonly create: (
    values: Readonly<Record<string, string>>,
    context: TargetContext,
  ) => DeployTarget
  /** The options at a folder. */
  readonly values: (folder: ServerFolder) => Readonly<Record<string, string>>
  readonly held: (folder: ServerFolder) => string | undefined
  /** Where the files are, for what is counted. */
  readonly directory: string
  readonly secrets?: readonly string[]
}

/** A world of the contract suite at a folder, whose check sees what is there each time. */
export function folderWorld({
  create,
  values,
  held,
  directory,
  secrets = [],
}: FolderWorldOptions): DeployTargetWorld {
  const folder = serverFolder()
  const at = join(folder.path, directory)
  mkdirSync(at, { recursive: true })
  const theirs = join(at, 'theirs.pem')
  writeFileSync(theirs, 'a file of others')
  const seen: (string | undefined)[] = []
  const watching = (target: DeployTarget): DeployTarget => ({
    ...target,
    async write(bundle, signal) {
      const outcomes = await target.write(bundle, signal)
      seen.push(held(folder))
      return outcomes
    },
  })
  const set = values(folder)
  return {
    target: () => watching(create(set, folder.context)),
    // A check that cannot hold its tongue: it prints every file.
    refused: () =>
      create(
        { ...set, check: folder.command('tell', `cat '${at}'/* '${at}'/*/* >&2; exit 1`) },
        folder.context,
      ),
    host: folder.context.host,
    bundle: renewals(['www.example.com']),
    held: () => held(folder),
    wasOff: () => seen.includes(undefined),
    others: () => readFileSync(theirs, 'utf8'),
    count: () => readdirSync(at, { recursive: true }).length,
    secrets: ['hunter2', ...secrets],
    close: async () => folder.close(),
  }
}
