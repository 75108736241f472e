import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

/** One import, as written in one file. Paths are relative to the workspace, with forward slashes. */
export interface Import {
  readonly from: string
  readonly specifier: string
  /** Whether it costs nothing until it is asked for: `import()`, or `import type`. */
  readonly lazy: boolean
}

/** A wall that an import breaks. */
export interface Breach extends Import {
  readonly wall: string
}

/** The rooms of `packages/certwright/src`, from the top floor down: an import only ever goes down. */
const floors = [
  'cli',
  'https',
  'server',
  'engine',
  'testing',
  'manager',
  'diagnosis',
  'issuance',
  'deploy',
  'store',
  'solvers',
  'dns',
  'cloud',
  'x509',
  'notify',
  'runtime',
]

const packageOf = (file: string): string => file.split('/').slice(0, 2).join('/')

/** Where a relative specifier leads; `undefined` for a package. */
function target({ from, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined
}

function roomOf(file: string): string | undefined {
  const [, room, rest] = /^packages\/certwright\/src\/([^/]+)\/(.+)$/.exec(file) ?? []
  return rest === undefined ? undefined : room
}

/** One row a wall: its name, and whether an import breaks it. */
const walls: ReadonlyArray<readonly [name: string, broken: (i: Import) => boolean]> = [
  [
    'imports-go-down',
    (i) => {
      const [from, to] = [roomOf(i.from), roomOf(target(i) ?? '')]
      if (from === undefined || to === undefined || from === to) return false
      return floors.indexOf(to) < floors.indexOf(from)
    },
  ],
  [
    'every-room-is-named',
    (i) => {
      const room = roomOf(i.from)
      return room !== undefined && !floors.includes(room)
    },
  ],
  [
    'packages-meet-by-name',
    (i) => {
      const to = target(i)
      return to !== undefined && packageOf(to) !== packageOf(i.from)
    },
  ],
  [
    'acme-needs-nothing',
    (i) =>
      i.from.startsWith('packages/acme/src/') &&
      target(i) === undefined &&
      !(i.from.startsWith('packages/acme/src/node/') && i.specifier.startsWith('node:')),
  ],
  [
    'acme-core-runs-anywhere',
    (i) =>
      /^packages\/acme\/src\/(?!node\/)/.test(i.from) &&
      (target(i)?.startsWith('packages/acme/src/node/') ?? false),
  ],
  [
    'sandbox-stands-alone',
    (i) =>
      i.from.startsWith('packages/sandbox/') &&
      /^(@certwright\/acme|certwright)\b/.test(i.specifier),
  ],
  [
    'product-does-not-need-the-sandbox',
    (i) =>
      /^packages\/(certwright|acme)\/src\//.test(i.from) &&
      i.specifier.startsWith('@certwright/sandbox') &&
      !(i.lazy && i.from === 'packages/certwright/src/cli/commands/sandbox.ts'),
  ],
  ['providers-stand-alone', (i) => isProvider(i.from) && isProvider(target(i) ?? '')],
  [
    'registries-load-lazily',
    (i) =>
      !isProvider(i.from) && isProvider(target(i) ?? '') && !i.lazy && i.from.includes('/src/'),
  ],
]

function isProvider(file: string): boolean {
  return /\/src\/(dns\/providers|deploy\/targets)\/(?!registry\.ts)[^/]+\.ts$/.test(file)
}

/** Every wall that these imports break. */
export function breaches(imports: readonly Import[]): Breach[] {
  return imports.flatMap((i) =>
    walls.filter(([, broken]) => broken(i)).map(([wall]) => ({ ...i, wall })),
  )
}

/** What one file imports, lazily or not. */
export function importsOf(from: string, text: string): Import[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(from, text).module
  const typed = new Set(
    staticImports
      .filter(({ entries }) => entries.length > 0 && entries.every(({ isType }) => isType))
      .map(({ moduleRequest }) => moduleRequest.value),
  )
  const statics = [
    ...staticImports.map((i) => i.moduleRequest.value),
    ...staticExports.flatMap((e) => e.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
  ]
  const dynamics = dynamicImports.flatMap(
    ({ moduleRequest: { start, end } }) => /^['"](.+)['"]$/.exec(text.slice(start, end))?.[1] ?? [],
  )
  return [
    ...[...new Set(statics)].map((specifier) => ({
      from,
      specifier,
      lazy: typed.has(specifier),
    })),
    ...[...new Set(dynamics)].map((specifier) => ({ from, specifier, lazy: true })),
  ]
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const imports: Import[] = []
  for await (const file of glob('packages/*/src/**/*.ts', { cwd: root })) {
    imports.push(
      ...importsOf(file.replaceAll('\\', '/'), readFileSync(posix.join(root, file), 'utf8')),
    )
  }
  const found = breaches(imports)
  for (const { wall, from, specifier } of found) {
    process.stderr.write(`${from}: ${wall}: must not import ${specifier}\n`)
  }
  process.exitCode = found.length > 0 ? 1 : 0
}
