import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { renewals } from './account.ts'
import { serverFolder } from './folder.ts'
import { create, target } from '../../../src/deploy/targets/haproxy.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['certificate.pem'],
    says: ['here fullchain+key', 'haproxy -c -f /etc/haproxy/haproxy.cfg'],
    keyMode: 0o600,
    endpoint: { host: 'localhost', port: 443 },
  },
)

it('has the key after the chain in one file', async () => {
  const folder = serverFolder()
  onTestFinished(() => folder.close())
  const values = { directory: folder.path, check: 'none', reload: 'none' }
  await create(values, folder.context).write(renewals(['www.example.com'])(0))
  const text = readFileSync(join(folder.path, 'certificate.pem'), 'utf8')
  expect(text.match(/-----BEGIN [A-Z ]+-----/g)).toEqual([
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN PRIVATE KEY-----',
  ])
})
