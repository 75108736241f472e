import { create, target } from '../../../src/deploy/targets/nginx.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['fullchain.pem', 'privkey.pem'],
    says: [
      'directory: Directory of the files that are named without one; here /etc/nginx/tls',
      '; here nginx -t',
      '; here nginx -s reload',
    ],
    keyMode: 0o600,
    endpoint: { host: 'localhost', port: 443 },
  },
)
