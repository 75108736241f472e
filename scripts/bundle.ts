// Joins the modules of what is imported and started most: a file is read in a fraction of the time of a hundred
// (`npm run bench -- start`). Quick when nothing was compiled since. Types stay as `tsc` wrote them.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown, type InputOptions, type OutputOptions, type RolldownMagicString } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}packages/certwright/dist/.bundled`

interface Bundle {
  readonly input: InputOptions
  readonly output: OutputOptions & { readonly dir: string }
}

/** Two entries that share what both need, and what Node loads when it connects. */
const library: Bundle = {
  input: {
    input: {
      index: `${root}packages/acme/src/index.ts`,
      'node/index': `${root}packages/acme/src/node/index.ts`,
    },
    external: /^node:/,
    platform: 'neutral',
  },
  output: {
    dir: `${root}packages/acme/dist`,
    format: 'esm',
    chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? 'node/[name].js' : 'shared.js'),
  },
}

/** In this order: what one takes is in none after it. Everything else is joined by the commands that share it. */
const groups = [
  // Small, and read before the cache of what V8 compiled is there.
  { name: 'first', test: /[\\/](cli[\\/](interruption|version)|runtime[\\/]catalogue)\.ts$/ },
  // 100 KB of sentences, of which few runs say one.
  {
    name: 'error',
    test: /[\\/](runtime[\\/](error|messages[\\/](index|[\w-]+-errors))|config[\\/]complaint)\.ts$/,
  },
  { name: 'string-width', test: /[\\/]fast-string/ },
  // What every run needs.
  { name: 'run', test: /[\\/](cli[\\/](main|run)|runtime[\\/]host)\.ts$/ },
]

/** CommonJS, for Node starts it without its machinery for modules. What few commands need stays in files of its own. */
const command: Bundle = {
  input: {
    input: { start: `${root}packages/certwright/src/cli/start.ts` },
    external: (id) => isForeign(id),
    resolve: {
      alias: {
        '@certwright/acme/node': `${root}packages/acme/src/node/index.ts`,
        '@certwright/acme': `${root}packages/acme/src/index.ts`,
      },
    },
    platform: 'node',
    experimental: { nativeMagicString: true },
  },
  output: {
    dir: `${root}packages/certwright/dist/command`,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: { groups },
    plugins: [
      {
        name: 'require-on-demand',
        renderChunk: (code, _chunk, _options, { magicString }) =>
          magicString && requireOnDemand(code, magicString),
      },
    ],
  },
}

/**
 * Requires what a file needs when something of it is first used, not when the file begins: nothing is done by being
 * loaded. What is copied as a whole for its default export stays as it is.
 */
function requireOnDemand(code: string, edited: RolldownMagicString): RolldownMagicString {
  const copied = new Set(Array.from(code.matchAll(/^([\w$]+) = .*__toESM\(/gm), ([, name]) => name))
  for (const match of code.matchAll(/^(?:const|let) ([\w$]+) = (require\("[^"]+"\));$/gm)) {
    const [line, name, call] = match
    if (copied.has(name)) continue
    edited.update(
      match.index,
      match.index + line.length,
      `const ${name} = onDemand(() => ${call});`,
    )
  }
  return edited.prepend(`${onDemand.toString()}\n`)
}

/** Stands in each of the files: what `load` gives, loaded when something of it is read. */
function onDemand(load: () => object): object {
  let loaded: object | undefined
  return new Proxy({}, { get: (_, name): unknown => Reflect.get((loaded ??= load()), name) })
}

/** Packages that are joined with ours: of each but the part that is used. All others are installed beside ours. */
const joined = [
  'fast-string-width',
  'fast-string-truncated-width',
  'kysely',
  'p-limit',
  'yaml',
  'yocto-queue',
  'zod',
]

function isForeign(id: string): boolean {
  return !/^[./]|^@certwright\/acme/.test(id) && !joined.includes(id)
}

/** What their licences ask of who passes them on. */
function licences(): string {
  const { resolve } = createRequire(`${root}packages/certwright/package.json`)
  return joined
    .map((name) => {
      const folder = packageFolder(resolve(name), name)
      const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
      if (file === undefined) throw new Error(`${name} comes without its licence`)
      return `${name}\n\n${readFileSync(join(folder, file), 'utf8')}`
    })
    .join('\n----\n\n')
}

function packageFolder(file: string, name: string): string {
  const folder = dirname(file)
  return folder.endsWith(join('node_modules', name)) ? folder : packageFolder(folder, name)
}

function compiled(): string {
  return ['acme', 'certwright']
    .map((name) => statSync(`${root}packages/${name}/dist/.tsbuildinfo`).mtimeMs)
    .concat(statSync(fileURLToPath(import.meta.url)).mtimeMs)
    .join(' ')
}

async function write({ input, output }: Bundle): Promise<void> {
  const bundle = await rolldown({ ...input, logLevel: 'warn' })
  const written = await bundle.write({ ...output, sourcemap: true })
  await bundle.close()
  for (const chunk of written.output) if (chunk.type === 'chunk') requireNames(chunk.code)
}

/** Required as CommonJS, an ES module has its default export elsewhere than rolldown looks for it. */
function requireNames(code: string): void {
  for (const [, name = '', id = ''] of code.matchAll(
    /^(?:const|let) ([\w$]+) = .*require\("([^"]+)"\)/gm,
  )) {
    if (!/^(node:|\.)/.test(id) && code.includes(`${name}.default`)) {
      throw new Error(`${id} is used by its default export: join it with ours`)
    }
  }
}

function bundled(): string | undefined {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return undefined
  }
}

/** Everything that an earlier run left, so that nothing of it is published. */
function removeOld(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.c?js(\.map)?$/.test(file)) rmSync(join(folder, file))
  }
}

const now = compiled()
if (bundled() !== now) {
  for (const { output } of [library, command]) if (existsSync(output.dir)) removeOld(output.dir)
  await Promise.all([library, command].map(write))
  writeFileSync(join(command.output.dir, 'LICENSES.txt'), licences())
  writeFileSync(stamp, now)
}
