import { randomText } from './chance.ts'
import type { CaContext } from './context.ts'
import { jsonReply, type Reply } from './reply.ts'

/** RFC 8555 §7.1.1. One member has a random name each time: clients ignore what they do not know. */
export function showDirectory(context: CaContext): Reply {
  const { clock, knobs, paths } = context
  return jsonReply(context, {
    [randomText(clock, 8)]: 'ignore what you do not know',
    newNonce: paths.newNonce,
    newAccount: paths.newAccount,
    newOrder: paths.newOrder,
    ...(knobs.preAuthorization === 'missing' ? {} : { newAuthz: paths.newAuthz }),
    ...(knobs.revocation === 'missing' ? {} : { revokeCert: paths.revokeCert }),
    ...(knobs.keyChange === 'missing' ? {} : { keyChange: paths.keyChange }),
    ...(knobs.renewalInfo ? { renewalInfo: paths.renewalInfo } : {}),
    meta: metaJson(context),
  })
}

/** What whoever reads the directory should know before anything else. */
const forTestsOnly = 'This CA is a sandbox. Nobody trusts its certificates, and nobody should.'

/** RFC 8555 §9.7.6, RFC 9444 §4.4, draft ietf-acme-profiles §3, draft ietf-acme-dns-persist-02. */
function metaJson({ knobs, paths, records }: CaContext): object {
  const { website, caaIdentities, externalAccountRequired, alwaysValid } = knobs
  const { challengeTypes, dnsPersistDialect, preAuthorization } = knobs
  const { termsOfService } = records
  const profiles = Object.entries(knobs.profiles)
  const descriptions = profiles.map(([name, { description }]) => [name, description] as const)
  const isHashed = challengeTypes.includes('dns-persist-01') && dnsPersistDialect === 'account-hash'
  return {
    forTestsOnly,
    ...(termsOfService === false ? {} : { termsOfService }),
    ...(website === undefined ? {} : { website }),
    ...(caaIdentities.length === 0 ? {} : { caaIdentities }),
    externalAccountRequired,
    ...(profiles.length === 0 ? {} : { profiles: Object.fromEntries(descriptions) }),
    ...(isHashed
      ? { issuerDomainNames: caaIdentities, accountHashPrefix: paths.accountHashPrefix }
      : {}),
    ...(preAuthorization === 'with-subdomains' ? { subdomainAuthAllowed: true } : {}),
    ...(alwaysValid ? { alwaysValid } : {}),
  }
}

/** RFC 8555 §7.2: "200 (OK)" to HEAD, "204 (No Content)" to GET. */
export function showNonce({ nonces }: CaContext, method: string): Reply {
  return {
    status: method === 'GET' ? 204 : 200,
    headers: { 'replay-nonce': nonces.mint() },
    body: '',
  }
}
