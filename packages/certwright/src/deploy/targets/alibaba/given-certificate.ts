import { storedName, uploadCertificate } from '../../../cloud/alibaba/certificate-store.ts'
import type { AlibabaAccount } from '../../../cloud/alibaba/client.ts'
import { deliverableChain, traditionalPrivateKey } from '../../../cloud/alibaba/pem-forms.ts'
import type { Host } from '../../../runtime/host.ts'
import type { Secret } from '../../../runtime/secret.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import { describe } from '../../../x509/certificate.ts'
import { wrongTargetOption } from '../../target-options.ts'
import type { TargetOption } from '../../target.ts'

/** `cas`: a reference to the account's store, uploaded once for all places. `direct`: the PEM itself. */
export type Upload = 'cas' | 'direct'

/** A certificate in the form that a product is given. */
export type GivenCertificate =
  | {
      readonly upload: 'cas'
      readonly certId: number
      readonly identifier: string
      readonly name: string
    }
  | {
      readonly upload: 'direct'
      readonly name: string
      readonly chainPem: string
      readonly privateKey: Secret
    }

/** The option that chooses the form, for products that take both. */
export function uploadOption(usual: Upload): TargetOption & { readonly key: 'upload' } {
  return {
    key: 'upload',
    summary: {
      en: `cas: upload once to the certificate store (CAS) and refer to it; direct: give the PEM itself; by default ${usual}`,
      zh: `cas：只上传一次到证书服务（CAS）并引用；direct：直接提交 PEM；默认 ${usual}`,
    },
  }
}

export function uploadFrom(target: string, text: string | undefined, usual: Upload): Upload {
  if (text === undefined) return usual
  if (text === 'cas' || text === 'direct') return text
  throw wrongTargetOption(target, 'upload', 'cas | direct')
}

/** Uploads to the store where that is chosen, unless the certificate is there. */
export async function givenCertificate(
  { chainPem, privateKey }: CertificateBundle,
  {
    upload,
    account,
    host,
  }: {
    readonly upload: Upload
    readonly account: AlibabaAccount
    readonly host: Host
  },
  signal: AbortSignal | undefined,
): Promise<GivenCertificate> {
  if (upload === 'cas') {
    const bundle = { chainPem, privateKey }
    return { upload, ...(await uploadCertificate(bundle, account, host, {}, signal)) }
  }
  return {
    upload,
    name: storedName(describe(chainPem).fingerprint),
    chainPem: deliverableChain(chainPem),
    privateKey: traditionalPrivateKey(privateKey),
  }
}
