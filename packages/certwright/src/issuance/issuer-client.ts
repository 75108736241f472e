import { acmeClient, type Client } from '@certwright/acme'
import type { Issuer } from '../store/store.ts'
import type { IssuanceContext } from './issuance.ts'

/** A client for the CA at a directory, over what the context lends. */
export function issuerClient(
  issuer: Pick<Issuer, 'directoryUrl' | 'caFile'>,
  context: Pick<IssuanceContext, 'transport' | 'host' | 'onExchange'>,
): Client {
  return acmeClient({
    directoryUrl: issuer.directoryUrl,
    transport: context.transport(issuer),
    host: context.host,
    ...(context.onExchange && { onExchange: context.onExchange }),
  })
}
