import { create, target } from '../../../src/deploy/targets/postgresql.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['server.crt', 'server.key'],
    says: ['owner: User that the files belong to; here postgres', 'here 0600'],
    keyMode: 0o600,
    endpoint: { host: 'localhost', port: 5432, starttls: 'postgres' },
  },
)
