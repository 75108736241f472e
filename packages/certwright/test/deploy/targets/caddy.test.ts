import { create, target } from '../../../src/deploy/targets/caddy.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['fullchain.pem', 'privkey.pem'],
    says: ['here caddy', 'here 0640', 'caddy reload --config /etc/caddy/Caddyfile --force'],
    keyMode: 0o640,
    endpoint: { host: 'localhost', port: 443 },
  },
)
