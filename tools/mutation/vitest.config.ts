import { defineConfig } from 'vitest/config'
import { NearestFirst } from './nearest-first.ts'

const source = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname

// Real sockets and real time: what they show of other files, others show with less work, on a busy machine too.
const slow = [
  'packages/acme/test/{family,robustness}.test.ts',
  'packages/acme/test/bugs/**',
  ...(process.env['MUTATE_NODE_TRANSPORT'] === undefined
    ? ['packages/acme/test/node/{node-transport,tunnel}.test.ts']
    : []),
]

/** The tests of the protocol library alone: they are run thousands of times. */
export default defineConfig({
  resolve: {
    alias: {
      '@certwright/acme/node': source('packages/acme/src/node/index.ts'),
      '@certwright/acme': source('packages/acme/src/index.ts'),
      '@certwright/sandbox': source('packages/sandbox/src/index.ts'),
    },
  },
  test: {
    include: ['packages/acme/test/**/*.test.ts'],
    exclude: slow,
    // The slowest takes a second. What hangs is over before Stryker's own limit, which costs a new process each time.
    testTimeout: 3_000,
    // Loading the library anew for every file of tests would take most of the time.
    isolate: false,
    setupFiles: [source('tools/mutation/count-by-file.mjs')],
    sequence: { sequencer: NearestFirst },
  },
})
