import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open.ts'
import { scheduleSuite } from './schedule-suite.ts'
import { host } from './state-directory.ts'
import { storeSuite, type StoreWorld } from './store-suite.ts'

function world(): StoreWorld {
  const directory = mkdtempSync(join(tmpdir(), 'certwright-store-'))
  return {
    open: () => openStore({ directory, sealing: { by: 'file' }, host }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

storeSuite('SQLite', world)
scheduleSuite('SQLite', world)
