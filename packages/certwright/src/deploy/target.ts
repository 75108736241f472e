import type { KeyType } from '../store/store.ts'
import type { CertificateBundle } from '../x509/bundle.ts'
import type { StartTls } from './starttls.ts'

/** What a target says it has. What it does not say is left out. */
export interface Installed {
  /** SHA-256 of the leaf's DER, hex in lower case; where the API gives the certificate itself or this digest. */
  readonly fingerprint?: string
  /** SHA-1 of the leaf's DER, hex in lower case, for APIs that give nothing better. */
  readonly sha1?: string
  /** Hex in lower case, without leading zeros, for APIs that give nothing better. */
  readonly serial?: string
  /** The service's own id of the certificate, e.g. a CAS CertId or CertIdentifier. */
  readonly reference?: string
  readonly name?: string
  /** Milliseconds since the epoch. */
  readonly notAfter?: number
  /**
   * Where the target stands for several resources, what each of them has. The members above then speak for all of
   * them, and are left out where they do not have the same certificate.
   */
  readonly parts?: readonly InstalledPart[]
}

/** One resource of a target that stands for several. */
export interface InstalledPart {
  /** What a person calls it: a domain, a listener, a bucket. */
  readonly resource: string
  /** Absent where no certificate is bound to it. */
  readonly installed?: Installed
}

/** A TLS endpoint to shake hands with, at every address of its host. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly servername: string
  /** The protocol in which TLS is asked for; absent where TLS is spoken from the first octet. */
  readonly starttls?: StartTls
}

/** One place that serves a certificate, found in an account, whoever installed it there. */
export interface Discovered {
  /** The target and options that would install here, as `--install` takes them, e.g. `alibaba-cdn:domain=cdn.example.com`. */
  readonly target: string
  readonly product: string
  /** What a person calls it: a domain, a listener, a bucket. */
  readonly resource: string
  readonly region?: string
  readonly https: boolean
  readonly installed?: Installed
  /** Names, issuer and key type, where the API gives the certificate itself. */
  readonly names?: readonly string[]
  readonly issuer?: string
  readonly keyType?: string
}

/**
 * The certificate that should be there. A target that holds several certificates, or stands for whatever matches one,
 * chooses by it; `describe` reads it.
 */
export type Wanted = Pick<CertificateBundle, 'chainPem'>

/** What came of a command that a target ran. */
export interface CommandOutcome {
  /** The program and its arguments, as a person would type them. */
  readonly command: string
  /** 0 is success; the name of the signal that ended it, e.g. `SIGKILL`. */
  readonly exit: number | string
  /** The last lines that it wrote, without secrets. */
  readonly output: string
}

/** A place that serves a certificate. `read` before `write`, and `read` again to prove it. */
export interface DeployTarget {
  /** Reads only. `undefined` where no certificate is bound yet. */
  read(signal?: AbortSignal, wanted?: Wanted): Promise<Installed | undefined>
  /**
   * Makes the target hold this bundle. Twice is the same as once. Never switches HTTPS off on the way. Resolves with
   * what was run for it, where a target runs commands; rejects when one of them fails, with what was there before put
   * back.
   */
  write(bundle: CertificateBundle, signal?: AbortSignal): Promise<readonly CommandOutcome[] | void>
  /**
   * Makes the server take up what the target holds already. Only for targets whose servers have to be told; asked where
   * a handshake shows that one was not.
   */
  reload?(signal?: AbortSignal): Promise<readonly CommandOutcome[]>
  /** Others install here: nothing is ever written, and what they do is waited for and proven. */
  readonly watches?: true
  /** The TLS endpoints to shake hands with, where the target has any. */
  endpoints?(signal?: AbortSignal, wanted?: Wanted): Promise<readonly Endpoint[]>
  /** Removes what earlier writes of ours left unused, and nothing else. Returns what was removed, for people. */
  prune?(keep: CertificateBundle, signal?: AbortSignal): Promise<readonly string[]>
  /** Unbinds this certificate, where it is the one bound. Another's is never touched. */
  remove?(installed: Installed, signal?: AbortSignal): Promise<void>
}

/** What a person can set on a target, as `--install TARGET:KEY=VALUE,KEY=VALUE`. */
export interface TargetOption {
  readonly key: string
  readonly summary: Readonly<Record<'en' | 'zh', string>>
  readonly required?: true
  readonly secret?: true
  /** Environment variables that are read where the option is not given. */
  readonly env?: readonly string[]
}

/** One kind of target: what its file exports as `target`. */
export interface TargetKind {
  /** As in `--install NAME:…`, e.g. `alibaba-cdn`. */
  readonly name: string
  readonly summary: Readonly<Record<'en' | 'zh', string>>
  readonly options: readonly TargetOption[]
  /** The key types that it takes, best first: facts of its documents, never guesses. */
  readonly keyTypes: readonly KeyType[]
  /** What its account must be allowed to do, for `certwright policy`, e.g. `cdn:SetCdnDomainSSLCertificate`. */
  readonly permissions: readonly Permission[]
}

/** One statement of a policy. `resource` may hold `{option}` of the target's own options. */
export interface Permission {
  readonly action: string
  readonly resource: string
}
