import { create, target } from '../../../src/deploy/targets/apache.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['fullchain.pem', 'privkey.pem'],
    says: ['here /etc/apache2/tls', 'here apachectl configtest', 'here apachectl graceful'],
    keyMode: 0o600,
    endpoint: { host: 'localhost', port: 443 },
  },
)
