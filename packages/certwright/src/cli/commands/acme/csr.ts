import { readFileSync } from 'node:fs'
import { createCsr, identifierFrom, pemEncode } from '@certwright/acme'
import type { Text } from '../../../runtime/catalogue.ts'
import {
  acmeCommandLabels as labels,
  acmeCommandResultTexts,
} from '../../../runtime/messages/acme-command-texts.ts'
import {
  certificateRequestFrom,
  type CertificateRequest,
} from '../../../x509/certificate-request.ts'
import { acmeSettings, signerIn } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { fileError, newFile } from '../../files.ts'
import { alignedRows } from '../../table.ts'

/** Makes a certificate request for names by a key, in a file that was not there. */
export const csr: CommandRun = async ({ arguments: names, options }, session) => {
  const { output } = session
  const chosen = options.text('output')
  const path = chosen === undefined ? acmeSettings(options, session).csrFile : session.path(chosen)
  const identifiers = names.map(identifierFrom)
  const commonName = options.text('commonName')
  const der = await createCsr({
    identifiers,
    key: signerIn(session.path(options.text('key') ?? 'certificate.key')),
    ...(commonName !== undefined && { commonName }),
  })
  const pem = pemEncode('CERTIFICATE REQUEST', der)
  await newFile(path, pem, 0o644)
  const values = identifiers.map(({ value }) => value)
  output.result({ path, names: values, pem }, () => [
    output.text(acmeCommandResultTexts.csrMade, { path, names: values.join(', ') }),
  ])
  return exitCode.done
}

/** Shows what a certificate request asks for, once its signature was found to be right. */
export const csrShow: CommandRun = (input, session) => {
  const [file = ''] = input.arguments
  const { names, keyType, publicKey } = requestIn(session.path(file))
  const rows: readonly (readonly [Text, string])[] = [
    [labels.names, names.join(', ')],
    [labels.keyType, keyType],
  ]
  session.output.result({ names, keyType, publicKey }, () =>
    alignedRows(rows.map(([label, value]) => [session.output.text(label), value])),
  )
  return Promise.resolve(exitCode.done)
}

/** The certificate request in a file, PEM or DER, with its signature proven. */
export function requestIn(path: string): CertificateRequest {
  let octets: Uint8Array
  try {
    octets = readFileSync(path)
  } catch (error) {
    throw fileError('FILE_NOT_READABLE', path, error)
  }
  return certificateRequestFrom(octets, path)
}
