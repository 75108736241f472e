import type { CommandLine } from '../../command-line.ts'
import type { CommandOutcome } from '../../target.ts'

/** One change of a file system. Each is durable when it is done. */
export type FileStep =
  /** Makes a directory and those above it; there already is success. */
  | { readonly do: 'directory'; readonly path: string }
  /** Makes a new file, which has its mode and owner from its first octet on. */
  | {
      readonly do: 'put'
      readonly path: string
      readonly octets: Uint8Array
      readonly mode: number
      /** Numbers, or names that the place knows; as this process makes files by default. */
      readonly owner?: string | undefined
      readonly group?: string | undefined
    }
  /** Gives a file, or a link itself, one more name. */
  | { readonly do: 'keep'; readonly path: string; readonly as: string }
  | { readonly do: 'symlink'; readonly path: string; readonly to: string }
  /** Replaces what is there, in one moment. */
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  /** A file or a directory with all that is in it. Gone already is success. */
  | { readonly do: 'remove'; readonly path: string }
  /** Takes away what a run that died has left in a directory. */
  | { readonly do: 'sweep'; readonly directory: string }

/** What a file holds, but for its secrets. */
export interface FileReading {
  /** Its certificates in PEM, in their order; empty where it has none in PEM. */
  readonly certificatesPem: string
  /** SHA-256 of all of it, hex. */
  readonly sha256: string
  /** SHA-256 of the SubjectPublicKeyInfo of the private key in it; absent where it has none, or none can be read. */
  readonly keyId?: string
  /** Whether the place has no way to tell a key without giving it away. */
  readonly keyIsHidden?: true
}

/** Where files are put: this machine, or one that is reached through ssh. */
export interface FilePlace {
  /** Does these in their order, and stops at the first that fails. */
  readonly perform: (steps: readonly FileStep[], signal?: AbortSignal) => Promise<void>
  /** Those of these files that are there. */
  readonly read: (
    paths: readonly string[],
    signal?: AbortSignal,
  ) => Promise<ReadonlyMap<string, FileReading>>
  /** The names in a directory; none where it is not there. */
  readonly list: (directory: string, signal?: AbortSignal) => Promise<readonly string[]>
  /** Runs a program there, without a shell. */
  readonly run: (line: CommandLine, signal?: AbortSignal) => Promise<CommandOutcome>
}

/** What a step leaves until it is renamed, and what is kept for the way back: both with sixteen random digits. */
export const leftoverForm = /^\.certwright-(?:new|old)-[0-9a-f]{16}$/
