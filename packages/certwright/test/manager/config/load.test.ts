import { expect, test } from 'vitest'
import { load } from './written.ts'

test('a minimal file is six lines', async () => {
  const { desired, warnings } = await load(`issuers:
  - name: letsencrypt
    email: ops@example.com
    agree-terms: true
certificates:
  - names: [www.example.com]
`)
  expect(warnings).toEqual([])
  expect(desired).toEqual({
    issuers: [
      {
        name: 'letsencrypt',
        directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
        contact: ['mailto:ops@example.com'],
        agreeTerms: true,
        limits: {},
      },
    ],
    certificates: [
      {
        id: 'www.example.com',
        identifiers: [{ type: 'dns', value: 'www.example.com' }],
        issuers: ['letsencrypt'],
        keyType: 'ec256',
        reuseKey: false,
        challenge: { type: 'http-01' },
        renewal: { windows: [] },
        installs: [],
      },
    ],
    notifications: [],
  })
})
