import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { systemHost } from '../packages/certwright/src/runtime/host.ts'
import { openStore } from '../packages/certwright/src/store/open.ts'
import { find, root } from '../peers/process.ts'
import { median, rounded } from './statistics.ts'

/** How long a process takes from its start to its end, as medians of paired runs. */
export interface StartUp {
  readonly what: string
  readonly wallMs: number
  /** Over the empty process of the same round. */
  readonly overEmptyMs: number
  readonly ratio: number
}

const command = join(root, 'packages/certwright/bin/certwright.cjs')
const load = (module: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `await import(${JSON.stringify(module)})`,
]

type Program = readonly [what: string, program: string, args: readonly string[]]

/** `state` is a directory where certificates are kept. */
const programsWith = (state: string): readonly Program[] => [
  ['import @certwright/acme', process.execPath, load('@certwright/acme')],
  ['import @certwright/acme/node', process.execPath, load('@certwright/acme/node')],
  ['import jose', process.execPath, load('jose')],
  ['import acme-client', process.execPath, load('acme-client')],
  ['certwright --version', process.execPath, [command, '--version']],
  ['certwright --help', process.execPath, [command, '--help']],
  ['certwright list', process.execPath, [command, 'list']],
  ['certwright list, of 3', process.execPath, [command, 'list', '--state', state]],
  ['certbot --version', 'certbot', ['--version']],
]

/** Starts each in turns with the empty process. */
export async function measureStartUp(rounds = 11): Promise<readonly StartUp[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'certwright-bench-'))
  const env = { ...process.env, XDG_STATE_HOME: scratch, HOME: scratch, CERTWRIGHT_STATE: scratch }
  const took = (program: string, args: readonly string[]): number => {
    const began = performance.now()
    const { error } = spawnSync(program, args, { cwd: root, env, stdio: 'ignore' })
    if (error) throw error
    return performance.now() - began
  }
  const samples = new Map<string, { wall: number[]; over: number[]; ratio: number[] }>()
  const empty: number[] = []
  const kept = join(scratch, 'kept')
  await keepCertificates(kept, 3)
  const there = programsWith(kept).filter(([, program]) => program !== 'certbot' || find('certbot'))
  for (let round = 0; round <= rounds; round += 1) {
    const none = took(process.execPath, ['-e', ''])
    // The first round fills caches.
    if (round > 0) empty.push(none)
    for (const [what, program, args] of there) {
      const wall = took(program, args)
      if (round === 0) continue
      const of = samples.get(what) ?? { wall: [], over: [], ratio: [] }
      samples.set(what, of)
      of.wall.push(wall)
      of.over.push(wall - none)
      of.ratio.push(wall / none)
    }
  }
  rmSync(scratch, { recursive: true })
  return [
    { what: "node -e ''", wallMs: rounded(median(empty), 1), overEmptyMs: 0, ratio: 1 },
    ...[...samples].map(([what, { wall, over, ratio }]) => ({
      what,
      wallMs: rounded(median(wall), 1),
      overEmptyMs: rounded(median(over), 1),
      ratio: rounded(median(ratio)),
    })),
  ]
}

async function keepCertificates(directory: string, count: number): Promise<void> {
  const store = await openStore({ directory, sealing: { by: 'file' }, host: systemHost })
  for (let number = 1; number <= count; number += 1) {
    const id = `${number}.example.com`
    await store.saveCertificate({
      id,
      identifiers: [{ type: 'dns', value: id }],
      directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
      keyType: 'ec256',
      challenge: { type: 'http-01' },
      out: join(directory, 'live', id),
      createdAt: 0,
    })
  }
  await store.close()
}

/** What a library weighs, in kilobytes. */
export interface Size {
  readonly what: string
  readonly packages: number
  /** As npm unpacks it, with all that it depends on. */
  readonly installKb: number
  /** All of its own JavaScript, compressed. */
  readonly gzipKb: number
}

/** Weighs ours beside others, as they are installed here. */
export function measureSizes(): readonly Size[] {
  return [ours(), ...['jose', 'acme-client'].map(theirs)]
}

/** What is published: `dist` and `src`. */
function ours(): Size {
  const scratch = mkdtempSync(join(tmpdir(), 'certwright-bench-'))
  for (const part of ['dist', 'src', 'package.json', 'README.md']) {
    cpSync(join(root, 'packages/acme', part), join(scratch, part), { recursive: true })
  }
  const size = {
    what: '@certwright/acme',
    packages: 1,
    installKb: kilobytes(filesIn(scratch)),
    gzipKb: compressed(filesIn(join(scratch, 'dist'))),
  }
  rmSync(scratch, { recursive: true })
  return size
}

function theirs(name: string): Size {
  const folders = closure(name)
  const [own = ''] = folders
  return {
    what: name,
    packages: folders.length,
    installKb: kilobytes(folders.flatMap(filesIn)),
    gzipKb: compressed(filesIn(own)),
  }
}

/** The folders of a package and of all that it depends on. */
function closure(name: string): readonly string[] {
  const found = new Set<string>()
  const visit = (dependency: string, from: string): void => {
    const folder = folderOf(dependency, from)
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const text = readFileSync(join(folder, 'package.json'), 'utf8')
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> }
    for (const next of Object.keys(dependencies)) visit(next, folder)
  }
  visit(name, root)
  return [...found]
}

/** As Node looks for it: in the nearest `node_modules` above. */
function folderOf(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder
  return from === join(root) || from === '/' ? undefined : folderOf(name, join(from, '..'))
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(folder.length).includes('/node_modules/'))
}

function kilobytes(files: readonly string[]): number {
  return rounded(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000, 0)
}

function compressed(files: readonly string[]): number {
  const code = files.filter((file) => /\.[cm]?js$/.test(file))
  return rounded(gzipSync(Buffer.concat(code.map((file) => readFileSync(file)))).length / 1000, 1)
}
