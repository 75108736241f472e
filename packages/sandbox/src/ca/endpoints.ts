import { listOrders, newAccount, updateAccount } from './accounts.ts'
import { showOrDeactivateAuthorization } from './authorizations.ts'
import { downloadCertificate } from './certificates.ts'
import { respondToChallenge } from './challenges.ts'
import type { CaContext } from './context.ts'
import { showDirectory, showNonce } from './directory.ts'
import { finalizeOrder } from './finalize.ts'
import { changeKey } from './key-change.ts'
import { newOrder, showOrder } from './orders.ts'
import type { Knobs } from './knobs.ts'
import { pathsAt } from './paths.ts'
import { newAuthorization } from './pre-authorization.ts'
import { refuseRenewalUpdate, showRenewalInfo } from './renewal-info.ts'
import type { Reply } from './reply.ts'
import { revokeCertificate, showCrl } from './revocation.ts'
import type { SignedBy, SignedRequest } from './signed-request.ts'
import { showLimits, unpause } from './pause.ts'
import { showConsent, showTerms } from './terms.ts'

/** What of the address an endpoint looks at. */
export interface Address {
  /** The variable parts of the path, in order. */
  readonly ids: readonly string[]
  readonly query: URLSearchParams
}

/** One kind of resource: its name in the RFC, its address, and what each method does with it. */
export interface Endpoint {
  readonly name: string
  readonly pattern: RegExp
  /** Whether this CA has it; by default it does. */
  readonly offered?: (knobs: Knobs) => boolean
  /** GET and HEAD, which nobody signs. Absent where RFC 8555 §6.3 wants 405. */
  readonly show?: (context: CaContext, method: string, address: Address) => Reply | Promise<Reply>
  readonly post?: {
    readonly signedBy: SignedBy
    /** True where only POST-as-GET is allowed. */
    readonly onlyReads?: boolean
    readonly act: (
      context: CaContext,
      request: SignedRequest,
      address: Address,
    ) => Reply | Promise<Reply>
  }
}

const id = '([\\w-]+)'
const at = pathsAt('')

function pattern(path: string): RegExp {
  return new RegExp(`^${path}$`)
}

/** Every resource of the CA. */
export const endpoints: readonly Endpoint[] = [
  {
    name: 'directory',
    pattern: pattern(at.directory),
    show: showDirectory,
    // §6.3: "MUST allow GET requests for the directory and newNonce resources … in addition to
    // POST-as-GET requests for these resources."
    post: { signedBy: 'account', onlyReads: true, act: showDirectory },
  },
  {
    name: 'newNonce',
    pattern: pattern(at.newNonce),
    show: showNonce,
    post: { signedBy: 'account', onlyReads: true, act: (context) => showNonce(context, 'GET') },
  },
  {
    name: 'newAccount',
    pattern: pattern(at.newAccount),
    post: { signedBy: 'key', act: newAccount },
  },
  { name: 'newOrder', pattern: pattern(at.newOrder), post: { signedBy: 'account', act: newOrder } },
  {
    name: 'newAuthz',
    pattern: pattern(at.newAuthz),
    offered: ({ preAuthorization }) => preAuthorization !== 'missing',
    post: { signedBy: 'account', act: newAuthorization },
  },
  {
    name: 'revokeCert',
    pattern: pattern(at.revokeCert),
    offered: ({ revocation }) => revocation !== 'missing',
    post: { signedBy: 'either', act: revokeCertificate },
  },
  {
    name: 'keyChange',
    pattern: pattern(at.keyChange),
    offered: ({ keyChange }) => keyChange !== 'missing',
    post: { signedBy: 'account', act: changeKey },
  },
  {
    name: 'renewalInfo',
    pattern: pattern(`${at.renewalInfo}/([^/]+)`),
    offered: ({ renewalInfo }) => renewalInfo,
    show: (context, _method, { ids: [id = ''] }) => showRenewalInfo(context, id),
    post: { signedBy: 'account', act: refuseRenewalUpdate },
  },
  { name: 'crl', pattern: pattern(at.crl), show: showCrl },
  { name: 'terms', pattern: pattern(at.terms), show: showTerms },
  {
    name: 'consent',
    pattern: pattern(at.consent(id)),
    show: (context, _method, { ids: [id = ''] }) => showConsent(context, id),
  },
  { name: 'limits', pattern: pattern(at.limits), show: showLimits },
  {
    name: 'unpause',
    pattern: pattern(at.unpause(id)),
    show: (context, _method, { ids: [id = ''] }) => unpause(context, id),
  },
  {
    name: 'account',
    pattern: pattern(at.account(id)),
    post: {
      signedBy: 'account',
      act: (context, request, { ids: [id = ''] }) => updateAccount(context, request, id),
    },
  },
  {
    name: 'orders',
    pattern: pattern(at.orders(id)),
    offered: ({ ordersList }) => ordersList,
    post: {
      signedBy: 'account',
      onlyReads: true,
      act: (context, request, { ids: [id = ''], query }) =>
        listOrders(context, request, { id, query }),
    },
  },
  {
    name: 'order',
    pattern: pattern(at.order(id)),
    post: {
      signedBy: 'account',
      onlyReads: true,
      act: (context, request, { ids: [id = ''] }) => showOrder(context, request, id),
    },
  },
  {
    name: 'finalize',
    pattern: pattern(at.finalize(id)),
    post: {
      signedBy: 'account',
      act: (context, request, { ids: [id = ''] }) => finalizeOrder(context, request, id),
    },
  },
  {
    name: 'authorization',
    pattern: pattern(at.authorization(id)),
    post: {
      signedBy: 'account',
      act: (context, request, { ids: [id = ''] }) =>
        showOrDeactivateAuthorization(context, request, id),
    },
  },
  {
    name: 'challenge',
    pattern: pattern(at.challenge(id, id)),
    post: {
      signedBy: 'account',
      act: (context, request, { ids: [id = '', challengeId = ''] }) =>
        respondToChallenge(context, request, { id, challengeId }),
    },
  },
  {
    name: 'certificate',
    pattern: pattern(at.certificate(id)),
    post: {
      signedBy: 'account',
      onlyReads: true,
      act: (context, request, { ids: [id = ''] }) =>
        downloadCertificate(context, request, { id, index: 0 }),
    },
  },
  {
    name: 'alternate',
    pattern: pattern(at.alternate(id, '([1-9]\\d{0,5})')),
    post: {
      signedBy: 'account',
      onlyReads: true,
      act: (context, request, { ids: [id = '', index] }) =>
        downloadCertificate(context, request, { id, index: Number(index) }),
    },
  },
]
