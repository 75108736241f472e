/** What a public CA checks beyond RFC 8555. Each can be on by itself. */
export interface Rules {
  /**
   * DNS names have two to ten labels, end in an ICANN suffix or in `test`, and begin labels with
   * `??--` only for valid Punycode in NFC. Each that does not is a subproblem of `rejectedIdentifier`.
   */
  readonly publicNames: boolean
  /** Addresses are written as RFC 8738 §3 has it, and are of no special purpose. */
  readonly publicAddresses: boolean
  /** No name that a wildcard of the same order covers. */
  readonly noRedundantNames: boolean
  /** What a profile does not allow is `malformed`, `rejectedIdentifier` or `unauthorized`, not `invalidProfile`. */
  readonly profilePolicy: boolean
  /** No `notBefore` and no `notAfter`. */
  readonly noDates: boolean
  /**
   * RSA of 2048, 3072 or 4096 bits with exponent 65537, no small factor, no ROCA, no two primes close
   * together; else P-256 or P-384; no key that is blocked.
   */
  readonly keyPolicy: boolean
  /** No must-staple and no address as common name in a CSR. */
  readonly csrPolicy: boolean
  /** Contacts need a domain where mail could arrive, and are not kept. */
  readonly contactPolicy: boolean
  /**
   * Reasons 0, 1, 4 and 5; nothing that has expired; 5 for whom the certificate was not issued to;
   * 1 for the key itself, which is blocked from then on.
   */
  readonly revocationPolicy: boolean
  /** What is wrong with `replaces` is `malformed`, with 404 for a certificate that is unknown. */
  readonly replacementPolicy: boolean
  /**
   * An order for the same names and profile is given again while it is open; authorizations are
   * taken over within a profile, unless they end soon or were proven by dns-persist-01.
   */
  readonly reuseWithinProfile: boolean
  /** Terms that are not agreed to are `malformed`. */
  readonly termsMalformed: boolean
}

/** Every rule, and why a client should meet it before it meets a public CA. */
export const ruleReasons: Readonly<Record<keyof Rules, string>> = {
  publicNames: 'Names that are local, or suffixes, sink an order: subproblems say which.',
  publicAddresses: 'Addresses are compared as text, and private ones cannot be certified.',
  noRedundantNames: 'A wildcard and a name below it do not go together.',
  profilePolicy: 'What a profile does not allow has no error of its own.',
  noDates: 'Dates are not for the client to choose.',
  keyPolicy: 'Weak keys are refused at registration and at finalize, P-521 and Ed25519 with them.',
  csrPolicy: 'Leftovers of old CSRs cost the order: must-staple, addresses as common names.',
  contactPolicy: 'Addresses from copied examples are refused, and contacts may come back empty.',
  revocationPolicy:
    'Who proves the key has it blocked for ever; the reason may not be the one asked for.',
  replacementPolicy: 'A certificate that the CA does not know must not stop a renewal.',
  reuseWithinProfile:
    'A new order can be an old one, half done, that expires with its first authorization.',
  termsMalformed: 'Not every CA says userActionRequired.',
}

export const ruleNames = Object.keys(ruleReasons) as readonly (keyof Rules)[]

/** All of them on, or off, but for those that are given. */
export function rulesFrom(on: boolean, given: Partial<Rules> = {}): Rules {
  const all = Object.fromEntries(ruleNames.map((name) => [name, on])) as unknown as Rules
  return { ...all, ...given }
}
