import { downloadCertificate } from '@certwright/acme'
import { CertwrightError } from '../../../runtime/error.ts'
import { acmeCommandResultTexts } from '../../../runtime/messages/acme-command-texts.ts'
import { openOrder } from '../../acme-order.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { replaceFile } from '../../files.ts'

/** Downloads the order's certificate with its chain. An older chain in the file is replaced. */
export const download: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const { client, account, settings, order } = await openOrder(options, session)
  const { url, status, certificate } = order
  if (certificate === undefined)
    throw new CertwrightError('ACME_NO_CERTIFICATE_YET', { url, status })
  const chain = await downloadCertificate(client, account, certificate, { signal })
  const path = settings.chainFile
  await replaceFile(path, Buffer.from(chain.pem), 0o644)
  const { pem, alternates, certificates } = chain
  output.result({ path, url: certificate, pem, alternates }, () => [
    output.text(acmeCommandResultTexts.downloaded, { path, count: certificates.length }),
  ])
  return exitCode.done
}
