import type { CaContext } from './context.ts'
import { notFound } from './problem.ts'
import type { Quirks } from './quirks.ts'
import type { Certificate } from './records.ts'
import { link, mediaType, type Reply } from './reply.ts'
import { owned, type SignedRequest } from './signed-request.ts'

/** RFC 8555 §7.4.2: the chain at `index`, 0 being the default, with links to all the others. */
export function downloadCertificate(
  context: CaContext,
  request: SignedRequest,
  { id, index }: { readonly id: string; readonly index: number },
): Reply {
  const { knobs, paths, records } = context
  const certificate = owned(records.certificates.get(id), { request, what: 'certificate' })
  const chains = chainsOf(certificate)
  const chain = chains[index]
  if (chain === undefined) throw notFound('alternate chain')
  const urls = chains.map((_, at) => (at === 0 ? paths.certificate(id) : paths.alternate(id, at)))
  const others = urls.filter((_, at) => at !== index).map((url) => link(url, 'alternate'))
  return {
    status: 200,
    headers: {
      'content-type': mediaType('application/pem-certificate-chain', knobs.charset),
      ...(others.length === 0 ? {} : { link: others }),
    },
    body: isEmpty(certificate) ? '' : odd(chain, knobs.quirks),
  }
}

/** Counts down what is left of empty downloads. */
function isEmpty(certificate: Certificate): boolean {
  if (certificate.emptyDownloads === 0) return false
  certificate.emptyDownloads -= 1
  return true
}

function chainsOf({ leaf }: Certificate): readonly string[] {
  return [leaf.chainPem, ...leaf.alternates]
}

/** RFC 7468 §2 lets parsers meet blank lines and any line end; §9.1 of the RFC forbids other labels. */
function odd(pem: string, quirks: Quirks): string {
  const { pemBlankLines, pemCrlf, pemExtraLabel, pemNoFinalNewline } = quirks
  const extra = '-----BEGIN COMMENT-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END COMMENT-----\n'
  const labelled = pemExtraLabel === true ? pem + extra : pem
  const spaced =
    pemBlankLines === true ? labelled.replaceAll('-----BEGIN', '\n\n-----BEGIN') : labelled
  const ended = pemNoFinalNewline === true ? spaced.trimEnd() : spaced
  return pemCrlf === true ? ended.replaceAll('\n', '\r\n') : ended
}
