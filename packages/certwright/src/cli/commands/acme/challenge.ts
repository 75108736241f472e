import {
  dns01Name,
  dns01Value,
  keyAuthorization,
  tlsAlpnServerName,
  type Authorization,
  type PublicJwk,
} from '@certwright/acme'
import {
  acmeCommandLabels as labels,
  acmeCommandResultTexts,
} from '../../../runtime/messages/acme-command-texts.ts'
import { authorizationsOf, authorizedName, openOrder } from '../../acme-order.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { alignedRows } from '../../table.ts'

/** What one challenge wants to be published, and where. */
interface Publication {
  readonly type: string
  readonly where: string
  readonly what: string
}

/** Shows what to publish for each authorization of the order, for each type of challenge that is known here. */
export const challenge: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const open = await openOrder(options, session)
  const authorizations = await authorizationsOf(open, signal)
  const all = await Promise.all(
    authorizations.map(async (authorization) => ({
      name: authorizedName(authorization),
      status: authorization.status,
      publications: await publications(authorization, open.account.signer.jwk),
    })),
  )
  output.result({ authorizations: all }, () => {
    const proven = all.filter(({ status }) => status === 'valid')
    const rows = all
      .filter(({ status }) => status !== 'valid')
      .flatMap(({ name, publications: each }) =>
        each.map(({ type, where, what }) => [name, type, where, what]),
      )
    const headings = [labels.name, labels.challenge, labels.where, labels.what]
    return [
      ...proven.map(({ name }) => output.text(acmeCommandResultTexts.valid, { name })),
      ...(rows.length === 0
        ? []
        : alignedRows([headings.map((label) => output.text(label)), ...rows])),
    ]
  })
  return exitCode.done
}

/** Types that are not known here are left out: what they want nobody could say. */
async function publications(
  { identifier, challenges }: Authorization,
  jwk: PublicJwk,
): Promise<readonly Publication[]> {
  const { value } = identifier
  const known: Publication[] = []
  for (const { type, token } of challenges) {
    if (token === undefined) continue
    const authorization = await keyAuthorization(token, jwk)
    const host = value.includes(':') ? `[${value}]` : value
    const where: Readonly<Record<string, string>> = {
      'dns-01': `${dns01Name(value)} TXT`,
      'http-01': `http://${host}/.well-known/acme-challenge/${token}`,
      'tls-alpn-01': `${tlsAlpnServerName(identifier)}:443 ALPN acme-tls/1`,
    }
    const place = where[type]
    if (place === undefined) continue
    const what = type === 'dns-01' ? await dns01Value(authorization) : authorization
    known.push({ type, where: place, what })
  }
  return known
}
