import { describe, expect, it } from 'vitest'
import { breaches, importsOf } from '../walls.ts'

const wallsBrokenBy = (from: string, text: string): string[] =>
  breaches(importsOf(from, text)).map(({ wall }) => wall)

describe('the walls', () => {
  it.each([
    [
      'imports-go-down',
      'packages/certwright/src/dns/zone.ts',
      `import { x } from '../cli/main.ts'`,
    ],
    [
      'imports-go-down',
      'packages/certwright/src/runtime/host.ts',
      `export { x } from '../store/store.ts'`,
    ],
    [
      'imports-go-down',
      'packages/certwright/src/x509/read.ts',
      `import type { X } from '../dns/zone.ts'`,
    ],
    ['every-room-is-named', 'packages/certwright/src/utils/x.ts', `import { x } from './y.ts'`],
    [
      'packages-meet-by-name',
      'packages/certwright/src/cli/main.ts',
      `import '../../../acme/src/jws.ts'`,
    ],
    ['acme-needs-nothing', 'packages/acme/src/jws.ts', `import { sign } from 'node:crypto'`],
    ['acme-needs-nothing', 'packages/acme/src/node/x.ts', `import { SignJWT } from 'jose'`],
    ['acme-core-runs-anywhere', 'packages/acme/src/jws.ts', `import { x } from './node/signer.ts'`],
    [
      'sandbox-stands-alone',
      'packages/sandbox/src/ca/jws.ts',
      `import { x } from '@certwright/acme'`,
    ],
    [
      'product-does-not-need-the-sandbox',
      'packages/certwright/src/dns/zone.ts',
      `await import('@certwright/sandbox')`,
    ],
    [
      'product-does-not-need-the-sandbox',
      'packages/certwright/src/cli/commands/sandbox.ts',
      `import '@certwright/sandbox'`,
    ],
    [
      'providers-stand-alone',
      'packages/certwright/src/dns/providers/a.ts',
      `import { x } from './b.ts'`,
    ],
    [
      'registries-load-lazily',
      'packages/certwright/src/dns/providers/registry.ts',
      `import { x } from './b.ts'`,
    ],
  ])('%s: broken by an import in %s', (wall, from, text) => {
    expect(wallsBrokenBy(from, text)).toContain(wall)
  })

  it.each([
    ['packages/certwright/src/cli/main.ts', `import { x } from '../dns/zone.ts'`],
    [
      'packages/certwright/src/dns/providers/registry.ts',
      `export const a = () => import('./b.ts')`,
    ],
    [
      'packages/certwright/src/cli/commands/sandbox.ts',
      `await import('@certwright/sandbox/command')`,
    ],
    [
      'packages/acme/src/node/signer.ts',
      `import { sign } from 'node:crypto'\nimport { x } from '../jws.ts'`,
    ],
    ['packages/sandbox/src/ca/jws.ts', `import { verify } from 'node:crypto'`],
  ])('let %s import what lies below', (from, text) => {
    expect(wallsBrokenBy(from, text)).toEqual([])
  })
})
