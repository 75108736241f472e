import { create, target } from '../../../src/deploy/targets/dovecot.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['fullchain.pem', 'privkey.pem'],
    says: ['here doveconf -n', 'here doveadm reload'],
    keyMode: 0o600,
    endpoint: { host: 'localhost', port: 143, starttls: 'imap' },
  },
)
