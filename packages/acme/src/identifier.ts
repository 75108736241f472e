/** What a certificate is for (RFC 8555 §9.7.7; RFC 8738). Unknown types are carried, never refused. */
export interface Identifier {
  readonly type: 'dns' | 'ip' | (string & {})
  readonly value: string
}
