import { create, target } from '../../../src/deploy/targets/postfix.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['certificate.pem'],
    says: ['here key+fullchain', 'here postfix check', 'here postfix reload'],
    keyMode: 0o600,
    endpoint: { host: 'localhost', port: 25, starttls: 'smtp' },
  },
)
