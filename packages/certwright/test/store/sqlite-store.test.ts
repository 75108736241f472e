import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open.ts'
import { host } from './state-directory.ts'
import { storeSuite } from './store-suite.ts'

storeSuite('SQLite', () => {
  const directory = mkdtempSync(join(tmpdir(), 'certwright-store-'))
  return {
    open: () => openStore({ directory, sealing: { by: 'file' }, host }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
})
