/**
 * Certificates that the CA renews by itself for a while (RFC 8739, STAR). These are the wire's types alone: no call of
 * this package orders such certificates, and no public CA is known to offer them.
 */
export interface AutoRenewal {
  /** RFC 3339; by default the moment of the order. */
  readonly 'start-date'?: string
  /** RFC 3339. */
  readonly 'end-date': string
  /** Of each certificate, in seconds. */
  readonly lifetime: number
  /** How far each one begins before the one before it ends, in seconds; 0 by default. */
  readonly 'lifetime-adjust'?: number
  /** Whether the certificate can be had by an unsigned GET. */
  readonly 'allow-certificate-get'?: boolean
}

/** `meta.auto-renewal` of a directory (RFC 8739 §3.2), as the CA sent it. */
export interface AutoRenewalMeta {
  /** In seconds. */
  readonly 'min-lifetime'?: unknown
  /** In seconds. */
  readonly 'max-duration'?: unknown
  readonly 'allow-certificate-get'?: unknown
}

/** What an order for such a certificate has beside RFC 8555's members (RFC 8739 §3.1.1). */
export interface AutoRenewalOrder {
  readonly 'auto-renewal': AutoRenewal
  /** Where the newest certificate is; in place of `certificate`. */
  readonly 'star-certificate'?: string
  /** RFC 8739 §3.1.2 adds a state to those of RFC 8555. */
  readonly status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid' | 'canceled'
}
