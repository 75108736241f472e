import type { Readable, Writable } from 'node:stream'
import type { Transport } from '@certwright/acme'
import type { Host } from '../runtime/host.ts'
import type { FileSystem } from '../store/files.ts'
import type { TrustAnchor } from '../dns/trust-anchor.ts'
import type { OpenStoreOptions } from '../store/open.ts'
import type { TargetRegistry } from '../deploy/targets/registry.ts'
import type { Issuer } from '../store/store.ts'

/** A stream that text is written to. */
export type TextSink = Writable & {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** Everything that the command meets outside itself. Tests and other programs lend their own. */
export interface World {
  readonly host: Host
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined }
  readonly stdout: TextSink
  readonly stderr: TextSink
  /** What relative paths are relative to. Absolute. */
  readonly cwd: string
  /** The person's own directory. Absolute. */
  readonly home: string
  /** Whether the machine's own state directory is used by default. */
  readonly isRoot: boolean
  /** Aborts with an `Interruption`, or with any other reason. */
  readonly signal?: AbortSignal
  /** Hears the signal to read settings again (SIGHUP) instead of ending; gives back a way to stop hearing it. */
  readonly onHangup?: (listener: () => void) => () => void
  /** How a directory is reached; HTTP with the CA file's roots where absent. */
  readonly transport?: (issuer: Pick<Issuer, 'directoryUrl' | 'caFile'>) => Transport
  /** Opens a database file; `node:sqlite` where absent. */
  readonly openDatabase?: OpenStoreOptions['openDatabase']
  /** Where certificates can be installed; every target of this package where absent. */
  readonly targets?: TargetRegistry
  /** Where PEM files are written; the machine's own files where absent. */
  readonly fs?: FileSystem
  /** Where DNSSEC begins; the root's keys where absent. */
  readonly trustAnchors?: readonly TrustAnchor[]
}
