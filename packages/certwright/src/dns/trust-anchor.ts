/** The digest of a zone's key that is believed without being signed by anybody (RFC 4033 §2). */
export interface TrustAnchor {
  /** Plain; empty for the root. */
  readonly zone: string
  readonly keyTag: number
  readonly algorithm: number
  readonly digestType: number
  /** Hex. */
  readonly digest: string
}

/** The root's keys, as IANA publishes them (https://data.iana.org/root-anchors/root-anchors.xml, RFC 9718). */
export const rootAnchors: readonly TrustAnchor[] = [
  {
    zone: '',
    keyTag: 20326,
    algorithm: 8,
    digestType: 2,
    digest: 'E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D',
  },
  {
    zone: '',
    keyTag: 38696,
    algorithm: 8,
    digestType: 2,
    digest: '683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16',
  },
]
