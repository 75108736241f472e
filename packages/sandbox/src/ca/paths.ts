/**
 * Where each resource lives. The names are unlike those of any CA in service, so that a client that
 * guesses an address, instead of reading it in a reply, fails here first.
 */
export interface Paths {
  readonly directory: string
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
  readonly newAuthz: string
  readonly revokeCert: string
  readonly keyChange: string
  readonly renewalInfo: string
  /** Names hashed accounts in dns-persist-01 records; nothing is to be found there. */
  readonly accountHashPrefix: string
  readonly crl: string
  /** Over plain HTTP, as certificates name it. */
  readonly publicCrl: string
  readonly publicIssuer: string
  readonly terms: string
  /** What is limited, for people. */
  readonly limits: string
  consent(accountId: string): string
  unpause(accountId: string): string
  account(id: string): string
  orders(accountId: string): string
  order(id: string): string
  finalize(orderId: string): string
  authorization(id: string): string
  challenge(authorizationId: string, id: string): string
  certificate(id: string): string
  alternate(certificateId: string, index: number | string): string
}

/**
 * The addresses below an origin such as `https://127.0.0.1:14000`, and those below that of the plain
 * HTTP server beside it.
 */
export function pathsAt(origin: string, repository = ''): Paths {
  return {
    directory: `${origin}/start-here`,
    newNonce: `${origin}/one-time-number`,
    newAccount: `${origin}/enrol`,
    newOrder: `${origin}/ask`,
    newAuthz: `${origin}/prove-first`,
    revokeCert: `${origin}/take-back`,
    keyChange: `${origin}/new-lock`,
    renewalInfo: `${origin}/best-before`,
    accountHashPrefix: `${origin}/member-hash/`,
    crl: `${origin}/crl`,
    publicCrl: `${repository}/crl`,
    publicIssuer: `${repository}/issuer`,
    terms: `${origin}/terms`,
    limits: `${origin}/patience`,
    unpause: (accountId) => `${origin}/patience/${accountId}`,
    consent: (accountId) => `${origin}/terms/agreed-by/${accountId}`,
    account: (id) => `${origin}/member/${id}`,
    orders: (accountId) => `${origin}/member/${accountId}/asked`,
    order: (id) => `${origin}/asked/${id}`,
    finalize: (orderId) => `${origin}/asked/${orderId}/sign`,
    authorization: (id) => `${origin}/proof/${id}`,
    challenge: (authorizationId, id) => `${origin}/proof/${authorizationId}/by/${id}`,
    certificate: (id) => `${origin}/paper/${id}`,
    alternate: (certificateId, index) => `${origin}/paper/${certificateId}/other/${index}`,
  }
}
