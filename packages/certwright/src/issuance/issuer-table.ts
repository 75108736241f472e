import { perPeriod, perSecond, type IssuerLimit } from './issuer-limit.ts'
import type { IssuerProfile, KnownIssuer } from './known-issuers.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const days = (count: number): number => count * dayMs

const letsEncryptProfiles: readonly IssuerProfile[] = [
  {
    name: 'classic',
    lifetimes: [
      { ms: days(90) },
      { from: '2027-02-10', ms: days(64) },
      { from: '2028-02-16', ms: days(45) },
    ],
    maxNames: 100,
    identifierTypes: ['dns'],
    commonName: true,
    pendingAuthorizationMs: days(7),
    authorizationReuse: [
      { ms: days(30) },
      { from: '2027-02-10', ms: days(10) },
      { from: '2028-02-16', ms: 7 * hourMs },
    ],
    orderMs: days(7),
  },
  {
    name: 'tlsserver',
    lifetimes: [{ ms: days(90) }, { from: '2026-05-13', ms: days(45) }],
    maxNames: 25,
    identifierTypes: ['dns'],
    commonName: false,
    pendingAuthorizationMs: hourMs,
    authorizationReuse: [{ ms: 7 * hourMs }],
    orderMs: 8 * hourMs,
  },
  {
    name: 'shortlived',
    lifetimes: [{ ms: 160 * hourMs }],
    maxNames: 25,
    identifierTypes: ['dns', 'ip'],
    commonName: false,
    pendingAuthorizationMs: hourMs,
    authorizationReuse: [{ ms: 7 * hourMs }],
    orderMs: 8 * hourMs,
  },
]

const letsEncryptLimits: readonly IssuerLimit[] = [
  perPeriod('registrations-ip', 10, 3 * hourMs),
  perPeriod('registrations-ipv6-48', 500, 3 * hourMs),
  perPeriod('account-orders', 300, 3 * hourMs, ['ari-renewal', 'same-identifiers']),
  perPeriod('registered-domain', 50, days(7), ['ari-renewal', 'same-identifiers']),
  perPeriod('identifier-set', 5, days(7), ['ari-renewal']),
  perPeriod('authorization-failures', 5, hourMs, ['ari-renewal']),
  {
    scope: 'consecutive-authorization-failures',
    capacity: 1152,
    refillMs: dayMs,
    exemptions: ['ari-renewal'],
  },
  perSecond(20, 10, 'newNonce'),
  perSecond(5, 15, 'newAccount'),
  perSecond(300, 200, 'newOrder'),
  perSecond(10, 100, 'revokeCert'),
  perSecond(1000, 100, 'renewalInfo'),
  perSecond(40, 40, 'directory'),
  perSecond(250, 125),
]

const letsEncryptStagingLimits: readonly IssuerLimit[] = [
  perPeriod('registrations-ip', 50, 3 * hourMs),
  perPeriod('account-orders', 1500, 3 * hourMs, ['ari-renewal', 'same-identifiers']),
  perPeriod('registered-domain', 30_000, secondMs, ['ari-renewal', 'same-identifiers']),
  perPeriod('identifier-set', 30_000, days(7), ['ari-renewal']),
  perPeriod('authorization-failures', 200, hourMs, ['ari-renewal']),
  perPeriod('consecutive-authorization-failures', 3600, 6 * hourMs, ['ari-renewal']),
  perSecond(20, 40, 'newOrder'),
  perSecond(20, 20),
]

const letsEncrypt = {
  maxNames: 100,
  wildcards: true,
  identifierTypes: ['dns', 'ip'],
  profiles: letsEncryptProfiles,
  accountKeys: ['RSA', 'P-256', 'P-384'],
  certificateKeys: ['RSA', 'P-256', 'P-384'],
  renewalInfo: true,
  keyChange: true,
  ordersList: false,
  revocationReasons: [0, 1, 4, 5],
  caaIdentities: ['letsencrypt.org'],
  asOf: '2026-08-21',
} as const

const google = {
  externalAccount: {
    singleUse: true,
    validMs: days(7),
    from: 'https://cloud.google.com/certificate-manager/docs/public-ca-tutorial (gcloud publicca external-account-keys create)',
  },
  maxNames: 100,
  wildcards: true,
  lifetimes: [{ ms: days(90) }],
  shortestByNotAfterMs: dayMs,
  profiles: [],
  renewalInfo: true,
  keyChange: true,
  ordersList: false,
  caaIdentities: ['pki.goog'],
  asOf: '2026-04-15',
} as const

const sslCom = {
  externalAccount: {
    from: 'https://www.ssl.com/guide/ssl-tls-certificate-issuance-and-revocation-with-acme',
  },
  contactRequired: true,
  slowProcessing: true,
  mayBill: true,
  maxNames: 2,
  wildcards: false,
  identifierTypes: ['dns'],
  lifetimes: [{ ms: days(90) }],
  profiles: [],
  renewalInfo: false,
  keyChange: false,
  ordersList: false,
  caaIdentities: ['ssl.com'],
  asOf: '2026-04-15',
} as const

const sectigo = {
  externalAccount: {
    singleUse: true,
    from: 'Sectigo Certificate Manager, under Manage › ACME Accounts',
  },
  caaIdentities: ['sectigo.com'],
  asOf: '2026-04-15',
} as const

/** The one place that names CAs. */
export const issuerTable: readonly KnownIssuer[] = [
  {
    name: 'letsencrypt',
    title: "Let's Encrypt",
    directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
    ...letsEncrypt,
    challenges: ['http-01', 'tls-alpn-01', 'dns-01'],
    limits: letsEncryptLimits,
  },
  {
    name: 'letsencrypt-staging',
    title: "Let's Encrypt, staging",
    directoryUrl: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    staging: true,
    ...letsEncrypt,
    challenges: ['http-01', 'tls-alpn-01', 'dns-01', 'dns-persist-01'],
    limits: letsEncryptStagingLimits,
  },
  {
    name: 'google',
    title: 'Google Trust Services',
    directoryUrl: 'https://dv.acme-v02.api.pki.goog/directory',
    ...google,
  },
  {
    name: 'google-staging',
    title: 'Google Trust Services, staging',
    directoryUrl: 'https://dv.acme-v02.test-api.pki.goog/directory',
    staging: true,
    ...google,
  },
  {
    name: 'zerossl',
    title: 'ZeroSSL',
    directoryUrl: 'https://acme.zerossl.com/v2/DV90',
    externalAccount: {
      singleUse: true,
      from: 'https://zerossl.com/documentation/acme/generate-eab-credentials',
    },
    slowProcessing: true,
    retriesChallenges: true,
    maxNames: 100,
    wildcards: true,
    identifierTypes: ['dns'],
    lifetimes: [{ ms: days(90) }],
    profiles: [],
    keyChange: false,
    ordersList: false,
    caaIdentities: ['sectigo.com'],
    asOf: '2026-04-15',
  },
  {
    name: 'sslcom-rsa',
    title: 'SSL.com, RSA',
    directoryUrl: 'https://acme.ssl.com/sslcom-dv-rsa',
    ...sslCom,
  },
  {
    name: 'sslcom-ecc',
    title: 'SSL.com, ECC',
    directoryUrl: 'https://acme.ssl.com/sslcom-dv-ecc',
    ...sslCom,
  },
  {
    name: 'actalis',
    title: 'Actalis',
    directoryUrl: 'https://acme-api.actalis.com/acme/directory',
    hosts: ['acme-api.actalis.com'],
    externalAccount: { from: 'https://guide.actalis.com/ssl-certificate/acme.aspx' },
    maxNames: 2,
    renewalInfo: true,
    keyChange: true,
    ordersList: true,
    caaIdentities: ['actalis.it'],
    asOf: '2026-04-15',
  },
  {
    name: 'sectigo-dv',
    title: 'Sectigo, domain validation',
    directoryUrl: 'https://acme.sectigo.com/v2/DV',
    hosts: ['acme.sectigo.com', 'acme.enterprise.sectigo.com'],
    ...sectigo,
  },
  {
    name: 'sectigo-ov',
    title: 'Sectigo, organization validation',
    directoryUrl: 'https://acme.sectigo.com/v2/OV',
    preapproved: true,
    ...sectigo,
  },
  {
    name: 'sectigo-ev',
    title: 'Sectigo, extended validation',
    directoryUrl: 'https://acme.sectigo.com/v2/EV',
    preapproved: true,
    ...sectigo,
  },
  {
    name: 'digicert',
    title: 'DigiCert',
    hosts: ['acme.digicert.com', 'one.digicert.com'],
    externalAccount: { from: 'CertCentral, under Automation › ACME Directory URLs' },
    slowProcessing: true,
    preapproved: true,
    caaIdentities: ['digicert.com'],
    asOf: '2026-04-15',
  },
  {
    name: 'entrust',
    title: 'Entrust',
    externalAccount: {},
    preapproved: true,
    caaIdentities: ['entrust.net'],
    asOf: '2026-04-15',
  },
  {
    name: 'telia',
    title: 'Telia',
    externalAccount: {},
    preapproved: true,
    caaIdentities: ['telia.com'],
    asOf: '2026-09-11',
  },
  {
    name: 'aws-acm',
    title: 'AWS Certificate Manager',
    externalAccount: { from: 'aws acm create-acme-external-account-binding' },
    preapproved: true,
    asOf: '2026-08-03',
  },
  {
    name: 'buypass',
    title: 'Buypass',
    directoryUrl: 'https://api.buypass.com/acme/directory',
    endedOn: '2025-10-15',
    asOf: '2025-10-15',
  },
  {
    name: 'buypass-staging',
    title: 'Buypass, test',
    directoryUrl: 'https://api.test4.buypass.no/acme/directory',
    staging: true,
    endedOn: '2025-10-15',
    asOf: '2025-10-15',
  },
]
