import type { takeoverRemarks } from '../../runtime/messages/takeover-texts.ts'
import type { Secret } from '../../runtime/secret.ts'

/** What another client left on disk, as that client says it. */
export interface Taken {
  readonly accounts: readonly TakenAccount[]
  readonly certificates: readonly TakenCertificate[]
  /** What a person has to do by hand, and what could not be read. */
  readonly remarks: readonly TakeoverRemark[]
  /** A file of PEM roots that its CA was trusted by. */
  readonly caFile?: string
}

export interface TakenAccount {
  /** Absent where the client keeps only a part of it. */
  readonly directoryUrl?: string
  /** The part that it keeps: what a directory URL of it begins with, or the host alone. */
  readonly server: string
  /** PKCS#8 PEM. */
  readonly key: Secret
  /** Absent where the CA has not answered yet. */
  readonly accountUrl?: string
  /** `mailto:` URLs. */
  readonly contact: readonly string[]
  /** Where it was found. */
  readonly path: string
}

export interface TakenCertificate {
  /** What the client calls it: no other has this name. */
  readonly name: string
  /** What it would be called here, where that is not its name. */
  readonly id?: string
  /** Where it was found. */
  readonly path: string
  /** What it is to be for, where the client says so apart from the certificate itself. */
  readonly names?: readonly string[]
  /** It was seen at a service, and no service gives keys out. */
  readonly served?: true
  /** Leaf first, as found. */
  readonly chainPem?: string
  /** PEM of any kind that the client keeps. */
  readonly privateKey?: Secret
  /** As `TakenAccount`. */
  readonly directoryUrl?: string
  readonly server?: string
  readonly certificateUrl?: string
  readonly orderUrl?: string
  /** Absent where the client does not keep it. */
  readonly challenge?: TakenChallenge
  readonly profile?: string
  readonly preferredChain?: string
  /** Absent where it is the client's habit. */
  readonly reuseKey?: boolean
  readonly installs: readonly TakenInstall[]
}

export type TakenChallenge =
  | { readonly type: 'http-01'; readonly port?: number; readonly webroot?: string }
  | { readonly type: 'tls-alpn-01'; readonly port?: number }
  | {
      readonly type: 'dns-01'
      /** What the client calls the DNS service. */
      readonly service: string
      /** The client's own settings of it. */
      readonly settings: Readonly<Record<string, string>>
      readonly resolvers?: readonly string[]
    }

/** A place where the client put the certificate. */
export interface TakenInstall {
  /** The target that does the same. */
  readonly target: string
  readonly options: Readonly<Record<string, string>>
}

/** Something for a person: a word of the catalogue's `takeoverRemarks`. */
export interface TakeoverRemark {
  readonly code: TakeoverCode
  readonly params: Readonly<Record<string, string>>
  /** The certificate that it is about, by the client's name. */
  readonly certificate?: string
}

export type TakeoverCode = keyof typeof takeoverRemarks

/** A client whose files can be taken over: what its file of this folder exports as `source`. */
export interface TakeoverSource {
  /** As a person names it. */
  readonly name: string
  /** Where its files are unless a person says otherwise, first found first used. */
  readonly paths: (home: string) => readonly string[]
  /** Reads only. What cannot be read is remarked on; `TAKEOVER_NOTHING` where nothing of the client is there. */
  readonly read: (path: string, context: TakeoverContext) => Promise<Taken>
}

export interface TakeoverContext {
  readonly env: Readonly<Record<string, string | undefined>>
}
