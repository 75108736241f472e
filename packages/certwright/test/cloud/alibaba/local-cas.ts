import { X509Certificate } from 'node:crypto'
import { localApi, type Answer, type Call, type LocalApi } from './local-api.ts'

export interface StoredHere {
  readonly id: number
  readonly name: string
  readonly x509: X509Certificate
  readonly key?: string
  readonly products: readonly string[]
}

export interface LocalCas extends LocalApi {
  readonly stored: Map<number, StoredHere>
  put(name: string, certPem: string, more?: Partial<StoredHere>): number
  /** How often each action was called. */
  count(action: string): number
}

/** As much of CAS as the store needs, with answers that a test may put in its way. */
export async function localCas(
  instead: (
    call: Call,
    cas: () => LocalCas,
  ) => Answer | undefined | Promise<Answer | undefined> = () => undefined,
): Promise<LocalCas> {
  const stored = new Map<number, StoredHere>()
  const put = (name: string, certPem: string, more: Partial<StoredHere> = {}): number => {
    const id = stored.size + 1001
    stored.set(id, { id, name, x509: new X509Certificate(certPem), products: [], ...more })
    return id
  }
  const handlers: Readonly<Record<string, (p: Readonly<Record<string, string>>) => Answer>> = {
    ListUserCertificateOrder: (p) =>
      page([...stored.values()].map(order), 'CertificateOrderList', p),
    ListCertificates: (p) => page([...stored.values()].map(listed), 'CertificateList', p),
    GetUserCertificateDetail: ({ CertId }) => {
      const found = stored.get(Number(CertId))
      return found ? { body: detail(found) } : refuse('NotFound')
    },
    UploadUserCertificate: ({ Name = '', Cert = '', Key = '' }) =>
      [...stored.values()].some(({ name }) => name === Name)
        ? refuse('NameRepeat')
        : { body: { CertId: put(Name, Cert, { key: Key }) } },
    DeleteUserCertificate: ({ CertId }) =>
      stored.delete(Number(CertId)) ? { body: {} } : refuse('NotFound'),
  }
  const api = await localApi(
    async (call) =>
      (await instead(call, () => cas)) ??
      handlers[call.action]?.(call.parameters) ??
      refuse('InvalidApi.NotFound'),
  )
  const cas: LocalCas = {
    ...api,
    stored,
    put,
    count: (action) => api.calls.filter((call) => call.action === action).length,
  }
  return cas
}

function refuse(Code: string): Answer {
  return { status: 400, body: { Code, Message: Code, RequestId: 'R' } }
}

function page(all: readonly object[], member: string, p: Readonly<Record<string, string>>): Answer {
  const [current, size] = [Number(p['CurrentPage']), Number(p['ShowSize'])]
  const body = { [member]: all.slice((current - 1) * size, current * size), TotalCount: all.length }
  return { body }
}

const hex = (digest: string): string => digest.replaceAll(':', '')
const names = ({ subjectAltName = '' }: X509Certificate): string =>
  subjectAltName.replaceAll('DNS:', '').replaceAll(', ', ',')

function order({ id, name, x509 }: StoredHere) {
  return {
    CertificateId: id,
    Name: name,
    Sha2: hex(x509.fingerprint256),
    Fingerprint: hex(x509.fingerprint),
  }
}

function listed({ id, name, x509, products }: StoredHere) {
  return {
    CertificateId: String(id),
    CertificateName: name,
    CommonName: names(x509).split(',')[0],
    // As it is in practice.
    SubjectAlternativeNames: [],
    NotBefore: Date.parse(x509.validFrom),
    Algorithm: x509.publicKey.asymmetricKeyType === 'rsa' ? 'RSA' : 'ECC',
    UsingProductList: products,
  }
}

function detail({ id, name, x509 }: StoredHere) {
  return { Id: id, Name: name, Common: names(x509).split(',')[0], Sans: names(x509) }
}
