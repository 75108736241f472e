import type { Member, Members, Shape } from '../shape/shape.ts'
import {
  choice,
  count,
  duration,
  either,
  flag,
  list,
  object,
  percent,
  text,
} from '../shape/shape.ts'
import type { CaKnobs } from './options.ts'
import type { Profile } from './profiles.ts'
import type { Quirks } from './quirks.ts'
import type { RateLimit } from './rate-limit.ts'
import type { RateLimits } from './rate-limits.ts'
import { ruleNames } from './rules.ts'

const any: Shape = { is: 'number' }
const span = object({
  min: { shape: duration, required: true },
  max: { shape: duration, required: true },
})

const rateLimitMembers: { readonly [K in keyof RateLimit]-?: Member } = {
  count: { shape: { is: 'number', least: 1 }, required: true },
  periodMs: { shape: { is: 'number', least: 1 }, required: true },
  burst: { shape: { is: 'number', least: 1 } },
}
const rateLimit = object(rateLimitMembers)
const limit: Member = { shape: either(rateLimit, choice(false)) }
const rateLimits: { readonly [K in keyof RateLimits]-?: Member } = {
  newAccountsPerAddress: limit,
  newAccountsPerRange: limit,
  newOrdersPerAccount: limit,
  certificatesPerDomain: limit,
  certificatesPerSet: limit,
  failuresPerIdentifier: limit,
  failuresInARow: limit,
  requests: { shape: either({ is: 'map', of: rateLimit }, choice(false)) },
}

const profile: { readonly [K in keyof Profile]-?: Member } = {
  description: { shape: text, required: true },
  certificateLifetimeMs: { shape: duration },
  maxIdentifiers: { shape: count },
  identifierTypes: { shape: list(choice('dns', 'ip')) },
  orderLifetimeMs: { shape: duration },
  pendingAuthorizationLifetimeMs: { shape: duration },
  validAuthorizationLifetimeMs: { shape: duration },
  commonName: { shape: choice('as-asked', 'never', 'promoted') },
  accountThumbprints: { shape: list(text) },
}

const quirks: { readonly [K in keyof Quirks]-?: Member } = {
  nullAuthorizations: {
    shape: flag,
    says: 'Some CAs answer with null where a list is empty or done with.',
  },
  missingFinalize: { shape: flag, says: 'Some CAs leave finalize out of a valid order.' },
  unknownChallenge: {
    shape: flag,
    says: 'New types of challenges come, some without a token: they must be passed over.',
  },
  bareNotFound: { shape: flag, says: 'Not every error is a problem document.' },
  pemCrlf: { shape: flag, says: 'PEM may have any line ends.' },
  pemBlankLines: { shape: flag, says: 'PEM may have blank lines between its blocks.' },
  pemNoFinalNewline: {
    shape: flag,
    says: 'What is appended to PEM without a last newline is glued to its last line.',
  },
  pemExtraLabel: { shape: flag, says: 'RFC 8555 §9.1: anything but certificates must be refused.' },
  wrongLeafKey: { shape: flag, says: 'A certificate for another key must not be installed.' },
  missingName: { shape: flag, says: 'A certificate that lacks a name must not be installed.' },
}

const problem = object({
  type: { shape: text, required: true, says: 'An ACME error, with its namespace or without.' },
  detail: { shape: text, required: true },
  status: { shape: count },
  instance: { shape: text },
})

/** A fault as data. */
export const faultRuleMembers: Members = {
  endpoint: { shape: text, says: 'The resource by its RFC name, e.g. newOrder. Default all.' },
  method: { shape: choice('GET', 'HEAD', 'POST') },
  after: { shape: count, says: 'How many of those requests are spared first.' },
  times: { shape: count, says: 'How many go wrong before the rule is spent. Default all.' },
  percent: { shape: percent, says: 'Share of those requests that go wrong.' },
  status: { shape: { is: 'number', least: 200, most: 599, whole: true } },
  problem: { shape: problem },
  html: { shape: text, says: 'A page in place of a problem document.' },
  retryAfter: { shape: text, says: 'The Retry-After of the reply, word for word.' },
  drop: { shape: choice('before', 'after'), says: 'Cuts the connection, before or after it acts.' },
  committed: { shape: flag, says: 'Acts, and answers with the fault all the same.' },
}

const perspective = object({
  name: { shape: text, required: true },
  resolver: {
    shape: { is: 'text', pattern: /^.+:\d+$/, example: '127.0.0.2:5353' },
    says: 'The resolver that this place asks. Default that of the CA.',
  },
  fails: { shape: choice('dns', 'connection', 'unauthorized', 'caa') },
})

const externalAccount = object({
  keyId: { shape: text, required: true },
  macKey: { shape: text, required: true },
  expires: { shape: any, says: 'Milliseconds since the Unix epoch.' },
  singleUse: { shape: flag },
})

/** Every knob: its shape, and why it is there. */
const members: { readonly [K in keyof CaKnobs]-?: Member & { readonly says: string } } = {
  nonceRejectPercent: {
    shape: percent,
    says: 'CAs lose nonces whenever they are deployed; the retry must use the nonce of the refusal, and sign anew.',
  },
  nonceTtlMs: { shape: duration, says: 'A nonce that was kept over a long validation is stale.' },
  authorizationReusePercent: {
    shape: percent,
    says: 'Whether an authorization is valid already is up to the CA: a client must look before it acts.',
  },
  shuffle: {
    shape: flag,
    says: 'RFC 8555 §7.4: nobody may rely on the order of identifiers or authorizations.',
  },
  validationDelayMs: {
    shape: span,
    says: 'Validation takes its time: a client that looks once is too early.',
  },
  issuanceDelayMs: { shape: span, says: 'Some CAs take minutes from finalize to the certificate.' },
  stuckOrders: {
    shape: flag,
    says: 'An order that never leaves processing must end in an error that can be resumed, not in a loop.',
  },
  issueAtOnce: { shape: flag, says: 'Some CAs issue within finalize: the order skips processing.' },
  preApproved: {
    shape: choice('no', 'authorizations', 'orders'),
    says: 'Where names were approved beforehand, there is no challenge to be found, or nothing left to do at all.',
  },
  preAuthorization: {
    shape: choice('missing', 'offered', 'with-subdomains'),
    says: 'A client may prove names before it orders, and one name for all below it: an authorization then is not for the very name of the order.',
  },
  retryAfterForm: {
    shape: choice('seconds', 'date', 'either', 'huge', 'past', 'garbage', 'absent'),
    says: 'RFC 9110 §10.2.3 has two forms of Retry-After, proxies add more, and some servers have none.',
  },
  retryAfterSeconds: {
    shape: any,
    says: 'Long enough to tell a client that heeds it from one that does not.',
  },
  termsOfService: {
    shape: either(text, choice(false)),
    says: 'A person agrees to terms, not a program by itself.',
  },
  website: { shape: text, says: 'meta may have it, and a client may show it.' },
  caaIdentities: { shape: list(text), says: 'What CAA records must name for the CA to issue.' },
  caaRecheckAfterMs: {
    shape: duration,
    says: 'An order that was kept ready can fail at finalize, since CAA must be fresh when a certificate is made.',
  },
  perspectives: {
    shape: list(perspective),
    says: 'Public CAs validate from several places; what only one of them can see is not proven.',
  },
  orderLifetimeMs: {
    shape: duration,
    says: 'Orders expire while a client waits for DNS, or for a person.',
  },
  pendingAuthorizationLifetimeMs: {
    shape: duration,
    says: 'Authorizations expire before they are tried.',
  },
  validAuthorizationLifetimeMs: {
    shape: duration,
    says: 'What was proven once must be proven again, sooner each year.',
  },
  certificateLifetimeMs: {
    shape: duration,
    says: 'Lifetimes shrink to 47 days, and to 160 hours: no fixed number of days is a plan.',
  },
  backdateMs: {
    shape: duration,
    says: 'A clock that is slow sees a certificate that is not valid yet.',
  },
  crlLifetimeMs: {
    shape: any,
    says: 'A list that is stale says nothing, and a client must notice.',
  },
  locationOnFinalize: {
    shape: choice('always', 'never', 'random'),
    says: 'RFC 8555 §7.4 shows it in the reply to finalize, some CAs leave it out.',
  },
  emptyDownloads: {
    shape: count,
    says: 'Some CAs answer with nothing until the chain has reached every replica.',
  },
  maxContacts: { shape: count, says: 'CAs limit contacts.' },
  maxIdentifiers: {
    shape: count,
    says: 'CAs limit names: 100 at most, 25 in short-lived certificates.',
  },
  ordersList: { shape: flag, says: 'The largest CA has no list of orders.' },
  ordersPerPage: {
    shape: { is: 'number', least: 1, whole: true },
    says: 'Lists come in pages; the first is not all of it.',
  },
  externalAccounts: {
    shape: list(externalAccount),
    says: 'Many CAs bind accounts to customers, by keys that work once or expire within days.',
  },
  externalAccountRequired: {
    shape: flag,
    says: 'Without a binding there is no account at most CAs but one.',
  },
  keyChange: {
    shape: choice('offered', 'not-implemented', 'ignored', 'missing', 'conflict'),
    says: 'Some CAs answer 501, say 200 and do nothing, do not list it, or know the key from elsewhere.',
  },
  revocation: {
    shape: choice('offered', 'not-implemented', 'missing'),
    says: 'Not every CA revokes through ACME.',
  },
  revocationReasons: { shape: list(count), says: 'CAs take some reasons and refuse others.' },
  revocationBy: {
    shape: list(choice('account', 'authorized-account', 'key')),
    says: 'Some CAs let only the account revoke that the certificate was issued to.',
  },
  renewalInfo: {
    shape: flag,
    says: 'CAs without renewal information remain, and replaces means nothing to them.',
  },
  renewalInfoRetryAfter: {
    shape: text,
    says: 'RFC 9773 §4.3.2: how often to ask; nonsense and extremes must not stop a renewal.',
  },
  renewalWindow: {
    shape: choice('usual', 'past', 'invalid', 'missing'),
    says: 'In an incident all windows lie in the past at once; and servers make mistakes.',
  },
  replacesRefusal: {
    shape: choice(
      'none',
      'alreadyReplaced',
      'conflict',
      'malformed',
      'notFound',
      'serverInternal',
      'unauthorized',
    ),
    says: 'Each CA has its own error for replaces; none of them may stop a renewal.',
  },
  profiles: {
    shape: { is: 'map', of: object(profile) },
    says: 'What a certificate is like is a choice of names that the CA lists.',
  },
  defaultProfile: { shape: text, says: 'A CA may choose a profile that it does not list.' },
  challengeTypes: {
    shape: list(choice('http-01', 'tls-alpn-01', 'dns-01', 'dns-account-01', 'dns-persist-01')),
    says: 'What can be proven how differs from CA to CA.',
  },
  dnsPersistDialect: {
    shape: choice('account-url', 'account-hash'),
    says: 'Draft -02 of dns-persist-01 breaks with -00 and -01; both are met.',
  },
  blocklist: {
    shape: list(text),
    says: 'One refused name need not sink the others: subproblems say which it is.',
  },
  blockedKeys: { shape: list(text), says: 'A key that was compromised is refused for ever.' },
  strict: {
    shape: choice(true, false, 'letsencrypt'),
    says: 'Sloppiness that one server forgives breaks at the next.',
  },
  rules: {
    shape: object(Object.fromEntries(ruleNames.map((name) => [name, { shape: flag }]))),
    says: 'What a public CA checks beyond the RFC, one by one.',
  },
  rateLimits: {
    shape: either(choice('letsencrypt', 'letsencrypt-staging'), object(rateLimits)),
    says: 'A client that retries at once is locked out for hours; here that costs nothing to try.',
  },
  forwardedFor: {
    shape: flag,
    says: 'On one machine all clients have one address, which limits go by.',
  },
  acceptEdDsa: { shape: flag, says: 'Public CAs refuse Ed25519 accounts, and say what they take.' },
  alwaysValid: {
    shape: flag,
    says: 'For tests of what comes after validation. The directory tells.',
  },
  validationConcurrency: {
    shape: { is: 'number', least: 1, whole: true },
    says: 'Many challenges at once wait for each other.',
  },
  validationTimeoutMs: {
    shape: duration,
    says: 'How long a server that does not answer is waited for.',
  },
  charset: { shape: flag, says: 'Media types come with parameters, and must be compared without.' },
  quirks: { shape: object(quirks), says: 'Oddities that real CAs have shown in their bodies.' },
  faults: {
    shape: list(object(faultRuleMembers)),
    says: 'Servers fail, balancers answer in their stead, and connections break before and after it counts.',
  },
}

/** All knobs, as an object may have them. */
export const knobsShape = { is: 'object', members } as const satisfies Shape
