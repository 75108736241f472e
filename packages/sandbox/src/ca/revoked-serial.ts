/** A certificate as a CRL lists it. */
export interface RevokedSerial {
  /** Lower-case hex of the INTEGER's octets. */
  readonly serial: string
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  /** RFC 5280 §5.3.1 */
  readonly reason: number
}
