import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { posixQuoted } from '../../command-line.ts'
import { commandOutcome } from '../files/command.ts'
import { identitiesIn, type Identities } from '../files/identities.ts'
import type { FilePlace, FileReading, FileStep } from '../files/place.ts'
import type { SshConnection } from './connection.ts'

export interface RemotePlaceOptions {
  /** For each command. */
  readonly timeoutMs: number
}

/** A machine behind ssh: what it renames, it renames in one moment; what it holds secret stays there. */
export function remotePlace(
  { run, script, batch }: SshConnection,
  { timeoutMs }: RemotePlaceOptions,
): FilePlace {
  const outcome: FilePlace['run'] = async (line, signal) =>
    commandOutcome(line, await run(line, timeoutMs, signal))
  return {
    run: outcome,
    list: async (directory, signal) =>
      linesOf(await script(`ls -1 -- ${posixQuoted(directory)} 2>/dev/null || true\n`, signal)),
    read: async (paths, signal) => readingsIn(await script(readingScript(paths), signal), paths),
    async perform(steps, signal) {
      const ids = await identitiesIn(steps, outcome)
      const folder = await mkdtemp(join(tmpdir(), 'certwright-sftp-'))
      try {
        for (const part of consecutive(steps)) {
          if (part.by === 'script') await script(part.steps.map(scriptLine).join(''), signal)
          else await batch(await batchLines(part.steps, ids, folder), signal)
        }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Directories are made and taken away by sh; what must happen in one moment is done by sftp, which is rename(2). */
type ScriptStep = Extract<FileStep, { do: 'directory' | 'remove' | 'sweep' }>
type BatchStep = Exclude<FileStep, ScriptStep>

type Part =
  | { readonly by: 'script'; readonly steps: ScriptStep[] }
  | { readonly by: 'batch'; readonly steps: BatchStep[] }

/** The steps in their order, those that one program does together. */
function consecutive(steps: readonly FileStep[]): readonly Part[] {
  const parts: Part[] = []
  for (const step of steps) {
    const last = parts.at(-1)
    if (step.do === 'directory' || step.do === 'remove' || step.do === 'sweep') {
      if (last?.by === 'script') last.steps.push(step)
      else parts.push({ by: 'script', steps: [step] })
    } else if (last?.by === 'batch') last.steps.push(step)
    else parts.push({ by: 'batch', steps: [step] })
  }
  return parts
}

function scriptLine(step: ScriptStep): string {
  if (step.do === 'directory')
    return `(umask 022 && mkdir -p -- ${posixQuoted(step.path)}) || exit 1\n`
  if (step.do === 'remove') return `rm -rf -- ${posixQuoted(step.path)} || exit 1\n`
  const digits = '[0-9a-f]'.repeat(16)
  return ['new', 'old']
    .map((kind) => `rm -rf -- ${posixQuoted(step.directory)}/.certwright-${kind}-${digits}\n`)
    .join('')
}

/** Lines of a batch of sftp. The octets of files pass through a folder that is this user's alone. */
async function batchLines(
  steps: readonly BatchStep[],
  ids: Identities,
  folder: string,
): Promise<readonly string[]> {
  const lines: string[] = []
  for (const [index, step] of steps.entries()) {
    if (step.do === 'rename') lines.push(`rename ${word(step.path)} ${word(step.to)}`)
    else if (step.do === 'keep') lines.push(`ln ${word(step.path)} ${word(step.as)}`)
    else if (step.do === 'symlink') lines.push(`ln -s ${word(step.to)} ${word(step.path)}`)
    else {
      const local = join(folder, `${lines.length}-${index}`)
      await writeFile(local, step.octets, { mode: 0o600, flag: 'wx' })
      lines.push(...putLines(step, local, ids))
    }
  }
  return lines
}

/** The new file has the mode of the local one, 0600, until it has its owner. */
function putLines(
  { path, mode, owner, group }: Extract<BatchStep, { do: 'put' }>,
  local: string,
  ids: Identities,
): readonly string[] {
  const [uid, gid] = [ids.get(`owner ${owner}`), ids.get(`group ${group}`)]
  return [
    `put -f ${word(local)} ${word(path)}`,
    ...(uid === undefined ? [] : [`chown ${uid} ${word(path)}`]),
    ...(gid === undefined ? [] : [`chgrp ${gid} ${word(path)}`]),
    `chmod ${mode.toString(8)} ${word(path)}`,
  ]
}

/** One word of a batch: in double quotes nothing but they and the backslash has a meaning. */
function word(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`
}

/**
 * What files hold, but for their secrets: certificates, a digest, and the public half of a key where there is an
 * openssl to tell it. The key itself never leaves the host.
 */
function readingScript(paths: readonly string[]): string {
  return `sha() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
look() {
  [ -e "$2" ] || return 0
  [ -r "$2" ] || { echo "$2: EACCES" >&2; exit 1; }
  echo "@file $1"
  echo "@sha256 $(sha <"$2")"
  if command -v openssl >/dev/null; then
    echo "@key $(openssl pkey -in "$2" -passin pass: -pubout -outform DER 2>/dev/null </dev/null | sha)"
  else
    echo '@hidden'
  fi
  sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' "$2" 2>/dev/null
  echo
}
${paths.map((path, index) => `look ${index} ${posixQuoted(path)}`).join('\n')}
`
}

/** SHA-256 of nothing: openssl found no key. */
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function readingsIn(text: string, paths: readonly string[]): ReadonlyMap<string, FileReading> {
  const readings = new Map<string, FileReading>()
  for (const block of text.split(/^@file /m).slice(1)) {
    const path = paths[Number.parseInt(block, 10)]
    const digestOf = (name: string): string | undefined =>
      new RegExp(`^@${name} ([0-9a-f]{64})\\b`, 'm').exec(block)?.[1]
    const keyId = digestOf('key')
    const certificates =
      block.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
    if (path === undefined) continue
    readings.set(path, {
      certificatesPem: certificates.map((pem) => `${pem.replaceAll('\r', '')}\n`).join(''),
      sha256: digestOf('sha256') ?? '',
      ...(keyId !== undefined && keyId !== emptySha256 && { keyId }),
      ...(/^@hidden$/m.test(block) && { keyIsHidden: true }),
    })
  }
  return readings
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}
