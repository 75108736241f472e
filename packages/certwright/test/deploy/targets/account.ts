import type { KeyObject } from 'node:crypto'
import { startAlibaba, type AlibabaOptions, type RunningAlibaba } from '@certwright/sandbox'
import { systemHost, type Host } from '../../../src/runtime/host.ts'
import { permissionsWith } from '../../../src/deploy/permission.ts'
import type { TargetContext } from '../../../src/deploy/target-context.ts'
import type { TargetKind } from '../../../src/deploy/target.ts'
import type { CertificateBundle } from '../../../src/x509/bundle.ts'
import { describe } from '../../../src/x509/certificate.ts'
import { bundleOf, day, issue, now, rsaKey } from '../../x509/issued.ts'

/** An account at the emulator, and a clock that leaps over every wait. */
export interface TestAccount {
  readonly alibaba: RunningAlibaba
  readonly context: TargetContext
  /** The context of a service that refuses whatever holds a private key, and repeats it. */
  readonly refusing: TargetContext
  readonly host: Host
  /** The options that name the account. */
  readonly values: Readonly<Record<string, string>>
  /** Those of a key whose policy is what `certwright policy` prints for this target with these options. */
  policed(kind: TargetKind, options: Readonly<Record<string, string>>): PolicedKey
  /** Lets time pass. */
  advance(ms: number): void
}

/** Every account of a test file, so that what all its tests asked can be told. */
const accounts: RunningAlibaba[] = []

/** The actions that were done, in every test of this file so far. */
export function actionsDone(): ReadonlySet<string> {
  const done = accounts.flatMap(({ calls }) => calls.filter(({ status }) => status === 200))
  return new Set(done.map(({ action }) => action))
}

export interface PolicedKey {
  readonly values: Readonly<Record<string, string>>
  readonly secret: string
}

export async function testAccount(options: AlibabaOptions = {}): Promise<TestAccount> {
  let time = now
  const random = (): number => 0.5
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    time += ms
    await new Promise((resolve) => setImmediate(resolve))
  }
  const clock = { now: () => time, random, sleep }
  const alibaba = await startAlibaba({ clock, rateLimits: false, ...options })
  accounts.push(alibaba)
  const host: Host = { ...systemHost, ...clock }
  const { endpoint } = alibaba
  const valuesOf = (key: Pick<RunningAlibaba, 'accessKeyId' | 'accessKeySecret'>) => ({
    'access-key-id': key.accessKeyId,
    'access-key-secret': key.accessKeySecret,
    endpoint,
  })
  return {
    alibaba,
    host,
    context: { host, env: {} },
    refusing: { host: { ...host, fetch: repeating }, env: {} },
    values: valuesOf(alibaba),
    policed({ permissions }, given) {
      const key = alibaba.addAccount({ allow: permissionsWith(permissions, given) })
      return { values: { ...valuesOf(key), ...given }, secret: key.accessKeySecret }
    },
    advance: (ms) => {
      time += ms
    },
  }
}

const repeating: typeof fetch = async (input, init) => {
  const body = typeof init?.body === 'string' ? init.body : ''
  const text = body.startsWith('<') ? body : decodeURIComponent(body.replaceAll('+', ' '))
  if (!text.includes('PRIVATE KEY')) return fetch(input, init)
  const Message = `${text} ${new Headers(init?.headers).get('authorization') ?? ''}`
  if (!body.startsWith('<')) return Response.json({ Code: 'Refused', Message }, { status: 400 })
  const escaped = Message.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return new Response(`<Error><Code>Refused</Code><Message>${escaped}</Message></Error>`, {
    status: 400,
  })
}

/** One key for every certificate of a test file: making one of RSA takes long. */
let shared: KeyObject | undefined

export interface BundleOptions {
  readonly names: readonly string[]
  /** 0 began sixty days ago, 1 yesterday. */
  readonly renewal?: number
  readonly key?: KeyObject
}

/** A leaf for these names and its intermediate. */
export function bundleFor({ names, renewal = 0, key }: BundleOptions): CertificateBundle {
  shared ??= rsaKey()
  const leaf = issue({
    by: authority,
    key: key ?? shared,
    names,
    subject: names[0] ?? '',
    serial: [1, renewal + 1, ...Buffer.from(names.join()).subarray(0, 8)],
    notBefore: now - (60 - 59 * renewal) * day,
    notAfter: now + (30 + 59 * renewal) * day,
  })
  return bundleOf([leaf, authority])
}

const authority = issue({ subject: 'Test CA', ca: true })

/** The same two certificates each time they are asked for. */
export function renewals(names: readonly string[]): (renewal: 0 | 1) => CertificateBundle {
  const made = [bundleFor({ names }), bundleFor({ names, renewal: 1 })] as const
  return (renewal) => made[renewal]
}

export function fingerprintOf({ chainPem }: Pick<CertificateBundle, 'chainPem'>): string {
  return describe(chainPem).fingerprint
}

/** A certificate and key as the emulator's seeds take them. */
export function seeded({ chainPem, privateKey }: CertificateBundle): {
  readonly certPem: string
  readonly keyPem: string
} {
  return { certPem: chainPem, keyPem: privateKey.reveal() }
}
