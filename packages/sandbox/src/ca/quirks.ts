/** Oddities that real CAs have shown in their bodies. All off by default. */
export interface Quirks {
  /** `"authorizations": null` once the order is no longer pending. */
  readonly nullAuthorizations?: boolean
  /** No `finalize` once the order is valid. */
  readonly missingFinalize?: boolean
  /** One more challenge in each authorization, of a type nobody knows, without a token. */
  readonly unknownChallenge?: boolean
  /** 404 with an empty body. */
  readonly bareNotFound?: boolean
  /** CRLF line ends in PEM. */
  readonly pemCrlf?: boolean
  /** Blank lines around each certificate in PEM. */
  readonly pemBlankLines?: boolean
  /** No newline after the last line of PEM. */
  readonly pemNoFinalNewline?: boolean
  /** A block with another label than CERTIFICATE in the chain, which RFC 8555 §9.1 tells clients to refuse. */
  readonly pemExtraLabel?: boolean
  /** The certificate is for a key that nobody asked to certify. */
  readonly wrongLeafKey?: boolean
  /** The certificate lacks one of the names, where it has several. */
  readonly missingName?: boolean
}
