import { create, target } from '../../../src/deploy/targets/docker.ts'
import { expect, it } from 'vitest'
import { systemHost } from '../../../src/runtime/host.ts'
import { presetTests } from './presets.ts'

presetTests(
  { target, create },
  {
    files: ['tls.crt', 'tls.key'],
    says: ['here tls.crt', 'here tls.key'],
    keyMode: 0o600,
  },
)

it('asks where the secrets are kept', () => {
  expect(() => create({}, { host: systemHost, env: {} })).toThrow(
    expect.objectContaining({
      code: 'TARGET_OPTION_MISSING',
      params: { target: 'docker', option: 'directory' },
    }),
  )
})
