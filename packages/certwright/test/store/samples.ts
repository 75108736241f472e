import { randomUUID } from 'node:crypto'
import { Secret } from '../../src/runtime/secret.ts'
import type {
  AccountKey,
  Certificate,
  Installation,
  Issuer,
  JournaledChallenge,
  PendingOrder,
  Renewal,
  Version,
} from '../../src/store/store.ts'

export const directoryUrl = 'https://ca.test/directory'

export function issuer(change: Partial<Issuer> = {}): Issuer {
  return {
    id: randomUUID(),
    directoryUrl,
    accountKey: heldHere('-----BEGIN PRIVATE KEY-----\naccount\n-----END PRIVATE KEY-----\n'),
    thumbprint: 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ',
    contact: ['mailto:ops@example.com'],
    status: 'valid',
    createdAt: 1_795_000_000_000,
    ...change,
  }
}

export function heldHere(pem: string): AccountKey {
  return { held: 'here', pem: new Secret(pem) }
}

export function certificate(change: Partial<Certificate> = {}): Certificate {
  return {
    id: 'example.com',
    identifiers: [
      { type: 'dns', value: 'example.com' },
      { type: 'dns', value: '*.example.com' },
      { type: 'ip', value: '2001:db8::1' },
    ],
    directoryUrl,
    keyType: 'ec256',
    challenge: {
      type: 'dns-01',
      dns: 'alibaba-cloud',
      dnsOptions: { accessKeySecret: 'dns options secret' },
      resolvers: ['127.0.0.1:53'],
      propagationCheck: false,
    },
    out: '/etc/certwright/example.com',
    createdAt: 1_795_000_000_001,
    ...change,
  }
}

export function version(change: Partial<Version> = {}): Omit<Version, 'number'> {
  return {
    certificateId: 'example.com',
    privateKey: new Secret('-----BEGIN PRIVATE KEY-----\nversion\n-----END PRIVATE KEY-----\n'),
    chainPem: chainPem('leaf', 'intermediate'),
    serial: '00c0ffee',
    fingerprint: 'ab'.repeat(32),
    notBefore: 1_795_000_000_000,
    notAfter: 1_802_776_000_000,
    directoryUrl,
    orderUrl: 'https://ca.test/order/1',
    certificateUrl: 'https://ca.test/certificate/1',
    createdAt: 1_795_000_000_002,
    ...change,
  }
}

export function renewal(change: Partial<Renewal> = {}): Renewal {
  return {
    certificateId: 'example.com',
    number: 1,
    suggestion: {
      start: 1_800_000_000_000,
      end: 1_800_100_000_000,
      renewAt: 1_800_050_000_000,
      explanationUrl: 'https://ca.test/why',
    },
    nextPollAt: 1_795_021_600_000,
    failures: 0,
    ...change,
  }
}

export function pendingOrder(change: Partial<PendingOrder> = {}): PendingOrder {
  return {
    certificateId: 'example.com',
    directoryUrl,
    accountUrl: 'https://ca.test/account/1',
    identifierSet: 'dns:*.example.com,dns:example.com',
    keyType: 'ec256',
    createdAt: 1_795_000_000_003,
    ...change,
  }
}

export function journaledChallenge(change: Partial<JournaledChallenge> = {}): JournaledChallenge {
  return {
    id: randomUUID(),
    certificateId: 'example.com',
    settings: { type: 'dns-01', dns: 'alibaba-cloud', dnsOptions: { secret: 'journal secret' } },
    work: {
      type: 'dns-01',
      identifier: { type: 'dns', value: 'example.com' },
      wildcard: true,
      token: 'DGyRejmCefe7v4NfDGDKfA',
      keyAuthorization: 'DGyRejmCefe7v4NfDGDKfA.LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ',
      url: 'https://ca.test/challenge/1',
    },
    ...change,
  }
}

export function installation(change: Partial<Installation> = {}): Installation {
  return {
    certificateId: 'example.com',
    target: 'web:directory=/srv/tls',
    name: 'web',
    options: { directory: '/srv/tls', password: 'installation secret' },
    createdAt: 1_795_000_000_004,
    ...change,
  }
}

/** PEM as the files take it; what is inside the blocks is anybody's. */
export function chainPem(...blocks: readonly string[]): string {
  return blocks
    .map((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`)
    .join('')
}

/** The same value with every secret as its text, so that two of them can be compared. */
export function revealed(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() }
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, revealed(field)]))
}
