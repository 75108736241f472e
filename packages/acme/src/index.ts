// The porcelain: RFC 8555 §7.1 from top to bottom.
export {
  obtain,
  type Obtained,
  type ObtainJournal,
  type ObtainOptions,
  type ObtainStep,
} from './obtain.ts'
export { preAuthorize, type PreAuthorizeOptions } from './pre-authorization.ts'
export type { ChallengeJournal, FulfilmentStep } from './fulfilment.ts'
export type { ChallengeReceipt, ChallengeWork, Solver } from './solver.ts'

// The protocol, one call each.
export { acmeClient, type Client, type ClientOptions } from './client.ts'
export { getDirectory, type Directory, type DirectoryMeta } from './directory.ts'
export { newNonce } from './nonce.ts'
export {
  deactivateAccount,
  findAccount,
  getAccount,
  newAccount,
  updateAccount,
  type Account,
  type AccountResource,
  type AccountResult,
  type NewAccount,
} from './account.ts'
export {
  externalAccountBinding,
  readMacKey,
  type ExternalAccount,
  type MacAlgorithm,
  type MacKeyWarning,
  type ReadMacKey,
} from './external-account-binding.ts'
export { orders } from './orders.ts'
export { userActionOf, type UserAction } from './user-action.ts'
export { changeKey, type KeyChangeOptions } from './key-change.ts'
export {
  getOrder,
  newOrder,
  pollOrder,
  type NewOrder,
  type Order,
  type OrderIdentifier,
  type PollOrderOptions,
} from './order.ts'
export {
  deactivateAuthorization,
  getAuthorization,
  newAuthorization,
  type Authorization,
  type NewAuthorization,
} from './authorization.ts'
export {
  dns01Name,
  dns01Value,
  keyAuthorization,
  respondToChallenge,
  type Challenge,
} from './challenge.ts'
export { dnsAccount01Name } from './dns-account-01.ts'
export {
  dnsPersist01Name,
  dnsPersist01Value,
  dnsPersistAccountUri,
  dnsPersistOffer,
  readDnsPersist01Value,
  txtStrings,
  type DnsPersistAccount,
  type DnsPersistOffer,
  type DnsPersistRecord,
} from './dns-persist-01.ts'
export { finalizeOrder } from './finalize.ts'
export { downloadCertificate, type DownloadOptions, type IssuedChain } from './certificate.ts'
export { chainEnding, chooseChain, type ChainEnding } from './preferred-chain.ts'
export { requireProfile } from './profile.ts'
export {
  certificateId,
  getRenewalInfo,
  renewalInfoFailure,
  renewalTime,
  type RenewalInfo,
  type RenewalInfoFailure,
  type RenewalWindow,
} from './renewal-info.ts'
export { isReplacesRefused, newReplacementOrder, type ReplacesOutcome } from './replacement.ts'
export { revokeCertificate, type Revocation } from './revocation.ts'
export type { AutoRenewal, AutoRenewalMeta, AutoRenewalOrder } from './auto-renewal.ts'
export type { DelegatedOrder, Delegation, Delegations } from './delegation.ts'

// What the calls are made of.
export {
  AcmeError,
  type AcmeErrorCode,
  type AcmeErrorDetails,
  type FailedAuthorization,
  type UnsolvedAuthorization,
} from './error.ts'
export {
  isProblem,
  problemFrom,
  problemName,
  problemText,
  type Problem,
  type ProblemName,
} from './problem.ts'
export { get, type CallOptions, type GetOptions } from './exchange.ts'
export {
  post,
  postAs,
  type AccountRequest,
  type PostOptions,
  type SignedRequest,
} from './request.ts'
export {
  flattenedJws,
  signJws,
  type Jws,
  type JwsOptions,
  type JwsPayload,
  type ProtectedHeader,
} from './jws.ts'
export type { JsonObject, Reply } from './reply.ts'
export { linksFrom, type Link } from './link.ts'
export {
  backoff,
  isTransient,
  poll,
  retry,
  retryAfterMs,
  type BackoffOptions,
  type PollOptions,
  type RetryOptions,
} from './retry.ts'
export type { Exchange } from './transcript.ts'
export { type Host, instantOf, momentOf, systemHost } from './host.ts'
export type { AcmeRequest, AcmeResponse, Transport } from './transport.ts'
export { fetchTransport, type FetchTransportOptions } from './fetch-transport.ts'

// Names, keys and DER.
export {
  identifierFrom,
  identifierSet,
  sameIdentifiers,
  type Identifier,
  type IdentifierReason,
} from './identifier.ts'
export type { CryptoKey, CryptoKeyPair } from './keys/crypto-key.ts'
export { rawEcdsaSignature } from './keys/ecdsa-signature.ts'
export { publicJwkFrom, type JwkLike } from './keys/jwk.ts'
export { generateKeyPair, jwsAlgorithm, type KeyType } from './keys/key-type.ts'
export { readPrivateKey, writePrivateKey, type ReadPrivateKeyOptions } from './keys/private-key.ts'
export type { JwsAlgorithm, PublicJwk, Signer } from './keys/signer.ts'
export { thumbprint } from './keys/thumbprint.ts'
export { webCryptoSigner } from './keys/web-crypto-signer.ts'
export { base64urlDecode, base64urlEncode } from './base64.ts'
export { readCertificate, type CertificateContents } from './der/certificate-reader.ts'
export { readChain, writeChain } from './der/chain.ts'
export { createCsr, type CsrOptions } from './der/csr.ts'
export { distributionPoints, type DistributionPoint } from './der/distribution-point.ts'
export { readCsr, type CsrContents } from './der/csr-reader.ts'
export { contextTag, der, oid, sequence, tags, unsignedInteger } from './der/der.ts'
export { pemDecode, pemEncode, type PemBlock } from './der/pem.ts'
export {
  readRevocationList,
  revokedAmong,
  type IssuingDistributionPoint,
  type RevocationListContents,
  type RevokedAmong,
  type RevokedEntry,
} from './der/revocation-list.ts'
export {
  tlsAlpnCertificate,
  tlsAlpnServerName,
  type TlsAlpnCertificateOptions,
} from './der/tls-alpn.ts'
