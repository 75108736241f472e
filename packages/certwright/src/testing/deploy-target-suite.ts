import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { poll } from '@certwright/acme'
import { isCertificate } from '../deploy/installed.ts'
import type { DeployTarget, Installed } from '../deploy/target.ts'
import type { Host } from '../runtime/host.ts'
import type { CertificateBundle } from '../x509/bundle.ts'
import { describe } from '../x509/certificate.ts'
import type { DefineTest } from './dns-provider-suite.ts'

/** One account of a service with one place to install at, made anew for each test. */
export interface DeployTargetWorld {
  /** The target as a new process would make it. Called more than once in a test. */
  readonly target: () => DeployTarget
  /** The same target, at a service that refuses what is written and repeats it in its refusal. */
  readonly refused: () => DeployTarget
  /** Lends the time for what takes effect by and by. */
  readonly host: Host
  /** For a target that only watches: what those do who install there. */
  readonly install?: (bundle: CertificateBundle) => Promise<void>
  /** A certificate for the place: 0 is the first, 1 renews it. The same each time. */
  readonly bundle: (renewal: 0 | 1) => CertificateBundle
  /** SHA-256 of what the place holds now; `undefined` where it holds none. */
  readonly held: () => string | undefined
  /** SHA-256 of what a handshake with the place is shown, where it serves over TLS; `undefined` where it shows none. */
  readonly shown?: () => Promise<string | undefined>
  /** Whether HTTPS was switched off in any call. */
  readonly wasOff: () => boolean
  /** What is there that is not ours, in a form that can be compared. */
  readonly others: () => unknown
  /** How many certificates the account has. */
  readonly count: () => number
  /** Lets so many milliseconds pass, where the service's clock can be moved. */
  readonly pass?: (ms: number) => void
  /** What must not be found in an error, beside the private key. */
  readonly secrets: readonly string[]
  readonly close: () => Promise<void>
}

export interface DeployTargetSuiteOptions {
  readonly test: DefineTest
  readonly world: () => Promise<DeployTargetWorld> | DeployTargetWorld
}

/** What every target promises. Run it with the runner's `test` and a world of the target's own. */
export function deployTargetSuite({ test, world }: DeployTargetSuiteOptions): void {
  const define = (name: string, check: (world: DeployTargetWorld) => Promise<void>): void =>
    test(name, async () => {
      const made = await world()
      try {
        await check(made)
      } finally {
        await made.close()
      }
    })

  define('does not say that it has what was never written', async (w) => {
    const installed = await w.target().read(undefined, w.bundle(0))
    assert.notEqual(installed && isCertificate(installed, w.bundle(0)), true)
  })

  define('says that it has what it has written', async (w) => {
    const installed = await written(w, 0)
    assert.equal(isCertificate(installed, w.bundle(0)), true)
    assert.equal(w.held(), fingerprintOf(w, 0))
  })

  define('serves what it has written, and its renewal after it', async (w) => {
    for (const renewal of [0, 1] as const) {
      await written(w, renewal)
      await serves(w, (shown) => shown === fingerprintOf(w, renewal))
    }
  })

  define('makes no difference by writing twice', async (w) => {
    await written(w, 0)
    const count = w.count()
    await written(w, 0)
    assert.equal(w.held(), fingerprintOf(w, 0))
    assert.equal(w.count(), count)
  })

  define('replaces a certificate without switching HTTPS off between', async (w) => {
    await written(w, 0)
    const installed = await written(w, 1)
    assert.equal(isCertificate(installed, w.bundle(0)), false)
    assert.equal(w.held(), fingerprintOf(w, 1))
    assert.equal(w.wasOff(), false)
  })

  define('leaves what others have installed as it was', async (w) => {
    const before = w.others()
    await written(w, 0)
    await written(w, 1)
    await w.target().prune?.(w.bundle(1))
    assert.deepEqual(w.others(), before)
  })

  define('prunes nothing of what it has', async (w) => {
    await written(w, 0)
    await written(w, 1)
    await w.target().prune?.(w.bundle(1))
    const installed = await w.target().read(undefined, w.bundle(1))
    assert.equal(installed && isCertificate(installed, w.bundle(1)), true)
    assert.equal(w.held(), fingerprintOf(w, 1))
  })

  define(
    'collects what it has replaced when the former certificate has ended, and nothing else',
    async (w) => {
      await written(w, 0)
      const count = w.count()
      const others = w.others()
      await written(w, 1)
      await serves(w, (shown) => shown === fingerprintOf(w, 1))
      if (!w.pass) return
      w.pass(describe(w.bundle(0).chainPem).notAfter - w.host.now())
      await w.target().prune?.(w.bundle(1))
      assert.equal(w.count(), count)
      assert.deepEqual(w.others(), others)
      assert.equal(w.held(), fingerprintOf(w, 1))
    },
  )

  define('removes the certificate that it has, where it can, and no other', async (w) => {
    const former = await written(w, 0)
    const installed = await written(w, 1)
    const target = w.target()
    if (!target.remove) return
    await target.remove(former)
    assert.equal(w.held(), fingerprintOf(w, 1))
    await target.remove(installed)
    await settled(w, 1, false)
    assert.notEqual(w.held(), fingerprintOf(w, 1))
    await serves(w, (shown) => shown !== fingerprintOf(w, 1))
  })

  define('names endpoints of the certificate’s own names alone', async (w) => {
    const endpoints = (await w.target().endpoints?.(undefined, w.bundle(0))) ?? []
    const { names } = describe(w.bundle(0).chainPem)
    for (const { servername } of endpoints) {
      const wildcard = servername.replace(/^[^.]+/, '*')
      assert.ok(names.includes(servername) || names.includes(wildcard), servername)
    }
  })

  define('writes nothing when it is aborted before it begins', async (w) => {
    const reason = new Error('enough')
    await assert.rejects(
      async () => w.target().write(w.bundle(0), AbortSignal.abort(reason)),
      reason,
    )
    assert.notEqual(w.held(), fingerprintOf(w, 0))
  })

  define('repeats no secret in an error, though the service does', async (w) => {
    // Who only watches is told no secret.
    if (w.target().watches) return
    const error = await w
      .refused()
      .write(w.bundle(0))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    assert.ok(error instanceof Error, 'the write was not refused')
    const text = `${inspect(error, { depth: 12 })} ${JSON.stringify(error)}`
    const lines = w
      .bundle(0)
      .privateKey.reveal()
      .split('\n')
      .filter((line) => line.length > 40)
    for (const secret of [...lines, ...w.secrets]) {
      assert.equal(text.includes(secret), false, 'a secret stands in the error')
    }
  })
}

function fingerprintOf(w: DeployTargetWorld, renewal: 0 | 1): string {
  return describe(w.bundle(renewal).chainPem).fingerprint
}

async function written(w: DeployTargetWorld, renewal: 0 | 1): Promise<Installed> {
  const install = w.install ?? (async (bundle) => w.target().write(bundle))
  await install(w.bundle(renewal))
  const installed = await settled(w, renewal, true)
  assert.ok(installed)
  return installed
}

/** Shakes hands until what is shown is as it should be, where the place serves over TLS. */
async function serves(
  { shown, host }: DeployTargetWorld,
  until: (fingerprint: string | undefined) => boolean,
): Promise<void> {
  if (shown) await poll(shown, { host, until, firstMs: 0 })
}

/** Reads until the target says that it has this certificate, or that it has not. */
async function settled(
  w: DeployTargetWorld,
  renewal: 0 | 1,
  current: boolean,
): Promise<Installed | undefined> {
  const bundle = w.bundle(renewal)
  return poll(async () => w.target().read(undefined, bundle), {
    host: w.host,
    firstMs: 0,
    until: (installed) =>
      (installed !== undefined && isCertificate(installed, bundle) === true) === current,
  })
}
