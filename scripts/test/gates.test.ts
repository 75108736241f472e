import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

// A folder of its own, which finds the tools' own needs through a link.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const config of ['.oxlintrc.json', '.oxfmtrc.json', 'tsconfig.base.json']) {
    cpSync(join(root, config), join(folder, config))
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

function gate(program: string, ...args: string[]): { passes: boolean; says: string } {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', program), args, {
    cwd: folder,
    encoding: 'utf8',
  })
  return { passes: status === 0, says: stdout + stderr }
}

const project = {
  'tsconfig.json': JSON.stringify({
    extends: './tsconfig.base.json',
    compilerOptions: { outDir: 'dist', rootDir: '.' },
    include: ['packages', '*.ts'],
  }),
  'package.json': JSON.stringify({ name: 'broken', version: '1.0.0', type: 'module' }),
}

describe('each gate refuses what it is there for', () => {
  it('the formatter: a file that it would write otherwise', () => {
    put({ 'x.ts': "export const x = 'y'\n" })
    expect(gate('oxfmt', '--check', 'x.ts').passes).toBe(true)
    put({ 'x.ts': 'export const x = "y";' })
    expect(gate('oxfmt', '--check', 'x.ts').passes).toBe(false)
  })

  it('the type-aware linter: a promise that nobody waits for', () => {
    const file = 'packages/a/src/x.ts'
    put({ ...project, [file]: 'export async function f(): Promise<void> {\n  await f()\n}\n' })
    expect(gate('oxlint', file)).toMatchObject({ passes: true })
    put({ [file]: 'export async function f(): Promise<void> {\n  f()\n  await f()\n}\n' })
    expect(gate('oxlint', file).says).toContain('no-floating-promises')
  })

  it('the linter: time taken instead of lent', () => {
    put({ ...project, 'packages/a/src/x.ts': 'export const x = (): number => Date.now()\n' })
    expect(gate('oxlint', 'packages/a/src/x.ts').says).toContain('Time is lent')
  })

  it('the compiler: an index that may miss', () => {
    put({ ...project, 'x.ts': 'export const x = (a: string[]): string => a[0]\n' })
    expect(gate('tsc', '-p', '.').says).toContain('TS2322')
  })

  it('the dead-code check: an export that nobody takes', () => {
    put({
      ...project,
      'knip.json': JSON.stringify({ entry: ['main.ts'], project: ['*.ts'] }),
      'main.ts': "import { used } from './x.ts'\nused()\n",
      'x.ts': 'export const used = (): void => {}\n',
    })
    expect(gate('knip', '--no-progress', '--include', 'exports')).toMatchObject({ passes: true })
    put({ 'x.ts': 'export const used = (): void => {}\nexport const unused = 1\n' })
    expect(gate('knip', '--no-progress', '--include', 'exports').says).toContain('unused')
  })

  it('the package check: an export without its file', () => {
    put({
      'package.json': JSON.stringify({
        name: 'broken',
        version: '1.0.0',
        type: 'module',
        exports: './missing.js',
      }),
    })
    expect(gate('publint', '--strict', '.').says).toContain('missing.js')
  })

  it('the types check: a module whose types are of another kind', () => {
    put({
      'package.json': JSON.stringify({
        name: 'broken',
        version: '1.0.0',
        type: 'module',
        exports: { types: './x.d.cts', default: './x.js' },
      }),
      'x.js': 'export const x = 1\n',
      'x.d.cts': 'export declare const x: number\n',
    })
    expect(gate('attw', '--pack', '.', '--profile', 'esm-only').passes).toBe(false)
  })
})
