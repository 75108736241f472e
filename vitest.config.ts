import { defineConfig } from 'vitest/config'

const source = (path: string): string => new URL(path, import.meta.url).pathname

/** Tests read the sources of every package, so that a stale build can hide nothing. */
const alias = {
  '@certwright/acme/node': source('packages/acme/src/node/index.ts'),
  '@certwright/acme': source('packages/acme/src/index.ts'),
  '@certwright/sandbox/command': source('packages/sandbox/src/command.ts'),
  '@certwright/sandbox': source('packages/sandbox/src/index.ts'),
}

export default defineConfig({
  test: {
    reporters: ['default', source('scripts/count-reporter.ts')],
    pool: 'forks',
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'self-contained',
          include: [
            'packages/*/test/**/*.test.ts',
            'scripts/test/**/*.test.ts',
            'examples/test/**/*.test.ts',
          ],
          testTimeout: 90_000,
          maxWorkers: '100%',
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'peers',
          include: ['peers/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
