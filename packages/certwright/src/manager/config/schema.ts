import * as z from 'zod'
import type { ChallengeSettings } from '../../solvers/challenge-settings.ts'
import type { ErrorCode } from '../../runtime/error.ts'
import type { KeyType } from '../../store/store.ts'
import { noticeTypes } from '../notices.ts'
import type { DesiredCertificate, LimitName } from '../desired.ts'

/** Every member of a closed set; a set that has grown does not compile here. */
const words = <Word extends string>(set: Readonly<Record<Word, true>>): readonly Word[] =>
  Object.keys(set) as Word[]

export const keyTypes = words<KeyType>({
  ec256: true,
  ec384: true,
  rsa2048: true,
  rsa3072: true,
  rsa4096: true,
})

const challengeTypes = words<ChallengeSettings['type']>({
  'http-01': true,
  'dns-01': true,
  'dns-account-01': true,
  'dns-persist-01': true,
  'tls-alpn-01': true,
})

const revocationReasons = words<NonNullable<DesiredCertificate['revoke']>>({
  unspecified: true,
  keyCompromise: true,
  superseded: true,
  cessationOfOperation: true,
})

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

// The message of a text's form is the form itself, shown by signs and examples that need no translation.
const text = (): z.ZodString => z.string().min(1)
const form = (pattern: RegExp, shown: string): z.ZodString => z.string().regex(pattern, shown)

const secretReference = z
  .strictObject({
    env: form(/^[A-Za-z_][A-Za-z0-9_]*$/, 'NAME').optional(),
    file: text().optional(),
    command: z.array(z.string()).min(1).optional(),
  })
  .refine((reference) => Object.keys(reference).length === 1, {
    params: { code: 'CONFIG_REFERENCE_FORM' satisfies ErrorCode },
  })
  .meta({
    id: 'reference',
    oneOf: [{ required: ['env'] }, { required: ['file'] }, { required: ['command'] }],
  })

const optionValue = z
  .union([z.string(), z.number(), z.boolean(), secretReference])
  .meta({ id: 'value' })
const options = z.record(form(/^[a-z][a-z0-9-]*$/, 'kebab-case'), optionValue)

const emailForm = /^[^\s@,?&;<>"()]+@[^\s@,?&;<>"()]+$/
const email = form(emailForm, 'ops@example.com').max(254)

const duration = form(/^[1-9]\d{0,5}[dhms]$/, '90d, 6h, 30m')
const limit = z.strictObject({ count: z.int().min(1), per: duration }).optional()
const limits = {
  orders: limit,
  'certificates-per-domain': limit,
  'certificates-per-set': limit,
  'failures-per-name': limit,
} satisfies Readonly<Record<LimitName, z.ZodType>>

const issuer = z.strictObject({
  name: form(/^[a-z0-9][a-z0-9._-]*$/, 'letsencrypt'),
  directory: z.string().optional(),
  'ca-file': text().optional(),
  email: z.union([email, z.array(email)]).optional(),
  'agree-terms': z.boolean().optional(),
  eab: z
    .strictObject({
      kid: text(),
      key: z.union([z.string(), secretReference]),
      algorithm: z.enum(['HS256', 'HS384', 'HS512']).optional(),
    })
    .optional(),
  limits: z.strictObject(limits).optional(),
})

const provider = z.strictObject({
  provider: text(),
  credentials: text().optional(),
  options: options.optional(),
})

const challengeSettings = z.strictObject({
  type: z.enum(challengeTypes).optional(),
  dns: text().optional(),
  webroot: text().optional(),
  port: z.int().min(1).max(65_535).optional(),
  resolvers: z.array(text()).optional(),
  'propagation-check': z.boolean().optional(),
  ancestor: text().optional(),
})
const challenge = z.union([z.enum(challengeTypes), challengeSettings])

const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$/
const maintenanceWindow = z.strictObject({
  days: z.array(z.enum(weekdays)).optional(),
  from: form(clock, 'HH:MM').optional(),
  to: form(new RegExp(`${clock.source}|^24:00$`), 'HH:MM').optional(),
  'time-zone': z.string().optional(),
})
const renewal = z.strictObject({
  fraction: z.number().min(0.1).max(0.95).optional(),
  windows: z.array(maintenanceWindow).optional(),
  'revocation-lists': z.boolean().optional(),
})

const install = z.strictObject({
  target: text(),
  credentials: text().optional(),
  options: options.optional(),
})

const policy = {
  issuers: z.array(text()).min(1).optional(),
  'key-type': z.enum(keyTypes).optional(),
  profile: text().optional(),
  'preferred-chain': text().optional(),
  'reuse-key': z.boolean().optional(),
  challenge: challenge.optional(),
  renewal: renewal.optional(),
  out: text().optional(),
}

const certificate = z.strictObject({
  id: text().optional(),
  names: z.array(z.string()).min(1),
  ...policy,
  installs: z.array(z.union([text(), install])).optional(),
  revoke: z.enum(revocationReasons).optional(),
})

const notification = z.strictObject({
  channel: text(),
  name: text().optional(),
  credentials: text().optional(),
  options: options.optional(),
  events: z.array(z.enum(noticeTypes)).min(1).optional(),
})

/** The whole file. Nothing in it is changed by reading: defaults are applied afterwards. */
export const configFile = z.strictObject({
  $schema: z.string().optional(),
  issuers: z.array(issuer).min(1).optional(),
  credentials: z.record(text(), options).optional(),
  dns: z.record(text(), provider).optional(),
  defaults: z.strictObject(policy).optional(),
  certificates: z.array(certificate),
  notifications: z.array(notification).optional(),
})

export type ConfigFile = z.infer<typeof configFile>
export type IssuerEntry = z.infer<typeof issuer>
export type ProviderEntry = z.infer<typeof provider>
export type CertificateEntry = z.infer<typeof certificate>
export type ChallengeEntry = z.infer<typeof challenge>
export type RenewalEntry = z.infer<typeof renewal>
export type InstallEntry = z.infer<typeof install>
export type NotificationEntry = z.infer<typeof notification>
export type OptionEntry = z.infer<typeof optionValue>
export type ReferenceEntry = z.infer<typeof secretReference>
