import { instantOf } from '../../clock.ts'
import { belongsTo, readCertificate, readPrivateKey } from '../certificate.ts'
import type { StoredCertificate } from '../certificate-store.ts'
import { assumed, documented, refusals } from '../errors.ts'
import { pageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'

/** Certificates that are in the store before the first call. */
export interface CasSeed {
  readonly certificates?: readonly {
    readonly name: string
    readonly certPem: string
    readonly keyPem: string
    readonly source?: StoredCertificate['source']
  }[]
}

const errors = {
  NameRepeat: assumed(400, 'The certificate name already exists.'),
  'InvalidParameter.Name': assumed(
    400,
    'The name holds at most 63 letters, digits and underscores.',
  ),
  InvalidCert: assumed(400, 'The certificate cannot be read. (-1008)'),
  InvalidKey: assumed(400, 'The private key cannot be read.'),
  'CertKey.NotMatch': assumed(400, 'The private key does not belong to the certificate.'),
  'InvalidCertId.NotFound': documented(404, 'The specified certificate does not exist.'),
  CertificateInUse: assumed(400, 'The certificate is deployed at a cloud product.'),
}

const refuse = refusals(errors)

/** Certificate Management Service: the account's store of certificates. */
export const cas: Product<World['store'], CasSeed> = {
  version: '2020-04-07',
  style: 'rpc',
  ram: 'yundun-cert',
  perSecond: 100,
  errors,

  open: ({ store }) => store,

  seed(store, { certificates = [] }) {
    for (const { name, certPem, keyPem, source = 'UPLOAD' } of certificates) {
      const certificate = readCertificate(certPem)
      if (!certificate) throw new TypeError(`${name} holds no certificate`)
      store.add({ name, certificate, keyPem, source })
    }
  },

  actions: {
    UploadUserCertificate: {
      parameters: 'Name*, Cert*, Key*, ResourceGroupId',
      handle: (call, store) => ({ ...upload(call, store) }),
    },
    GetUserCertificateDetail: {
      parameters: 'CertId*:n, CertFilter:b',
      handle(call, store, world) {
        const stored = found(store.get(call.number('CertId') ?? 0))
        const secret = call.flag('CertFilter')
          ? {}
          : { Cert: stored.certificate.pem, Key: stored.keyPem }
        return { ...detailOf(stored, world), ...secret }
      },
    },
    ListUserCertificateOrder: {
      parameters: 'OrderType, ShowSize:n, CurrentPage:n, Keyword, Status, ResourceGroupId',
      perSecond: 10,
      handle(call, store, world) {
        const page = listed(call, orderedAs(call.text('OrderType'), store.all))
        const CertificateOrderList = page.items.map((stored) => orderOf(stored, world))
        return { CertificateOrderList, ...counts(page) }
      },
    },
    ListCertificates: {
      parameters:
        'ShowSize:n, CurrentPage:n, Keyword, CertificateSource, CertificateStatus, InstanceId, ResourceGroupId',
      handle(call, store, world) {
        const source = call.text('CertificateSource')
        const page = listed(
          call,
          store.all.filter((stored) => source === '' || stored.source === source),
        )
        const CertificateList = page.items.map((stored) => listItem(stored, world))
        return { CertificateList, ...counts(page) }
      },
    },
    DeleteUserCertificate: {
      parameters: 'CertId*:n',
      // The service does not ask every product whether it still uses the certificate.
      handle(call, store) {
        const id = call.number('CertId') ?? 0
        found(store.get(id))
        store.remove(id)
        return {}
      },
    },
  },
}

function found(stored: StoredCertificate | undefined): StoredCertificate {
  if (!stored) throw refuse('InvalidCertId.NotFound')
  return stored
}

function upload(call: Call, store: World['store']): Reply {
  const name = call.text('Name')
  if (!/^\w{1,63}$/.test(name)) throw refuse('InvalidParameter.Name')
  if (store.named(name)) throw refuse('NameRepeat')
  const certificate = readCertificate(call.text('Cert'))
  if (!certificate) throw refuse('InvalidCert')
  const key = readPrivateKey(call.text('Key'))
  if (!key) throw refuse('InvalidKey')
  if (!belongsTo(key, certificate)) throw refuse('CertKey.NotMatch')
  const { id } = store.add({ name, certificate, keyPem: key.pem })
  return { CertId: id, ResourceId: `cas-instance-${id}` }
}

/** Without a type the list holds bought packages alone: who forgets `UPLOAD` finds nothing. */
function orderedAs(type: string, all: readonly StoredCertificate[]): readonly StoredCertificate[] {
  if (type === 'CERT') return all
  return type === 'UPLOAD' ? all.filter(({ source }) => source === 'UPLOAD') : []
}

function listed(call: Call, all: readonly StoredCertificate[]) {
  const keyword = call.text('Keyword').toLowerCase()
  const wanted = all.filter(({ name, certificate }) =>
    [name, ...certificate.names].some((text) => text.toLowerCase().includes(keyword)),
  )
  return pageOf(wanted, {
    number: call.number('CurrentPage'),
    size: call.number('ShowSize'),
    usual: 50,
    largest: 100,
  })
}

function counts({ number, size, total }: ReturnType<typeof listed>): Reply {
  return { CurrentPage: number, ShowSize: size, TotalCount: total }
}

function facts({ certificate, identifier }: StoredCertificate, { clock }: World): Reply {
  return {
    CertIdentifier: identifier,
    Algorithm: certificate.algorithm,
    Issuer: certificate.issuer,
    Expired: certificate.notAfter < clock.now(),
    NotBefore: certificate.notBefore,
    NotAfter: certificate.notAfter,
  }
}

function detailOf(stored: StoredCertificate, world: World): Reply {
  const { id, name, certificate } = stored
  return {
    ...facts(stored, world),
    Id: id,
    Name: name,
    Common: certificate.commonName,
    Sans: certificate.names.join(','),
    Fingerprint: certificate.fingerprint,
    Sha2: certificate.sha256.toUpperCase(),
    CertSha2: certificate.sha256.toUpperCase(),
    SerialNo: certificate.serial.padStart(40, '0'),
    StartDate: instantOf(certificate.notBefore).slice(0, 10),
    EndDate: instantOf(certificate.notAfter).slice(0, 10),
    BuyInAliyun: stored.source === 'BUY',
  }
}

function orderOf(stored: StoredCertificate, world: World): Reply {
  const { id, name, certificate, source } = stored
  const Expired = certificate.notAfter < world.clock.now()
  return {
    CertificateId: id,
    Name: name,
    CommonName: certificate.commonName,
    Sans: certificate.names.join(','),
    Algorithm: certificate.algorithm,
    Issuer: certificate.issuer,
    Fingerprint: certificate.fingerprint,
    Sha2: certificate.sha256.toUpperCase(),
    SerialNo: certificate.serial.padStart(40, '0'),
    StartDate: instantOf(certificate.notBefore).slice(0, 10),
    EndDate: instantOf(certificate.notAfter).slice(0, 10),
    CertStartTime: certificate.notBefore,
    CertEndTime: certificate.notAfter,
    Expired,
    Status: Expired ? 'EXPIRED' : 'ISSUED',
    Upload: source === 'UPLOAD',
  }
}

/** The list names no subjectAltNames, whatever the certificate holds: that is how the service behaves. */
function listItem(stored: StoredCertificate, world: World): Reply {
  const { id, name, certificate, source, keyPem } = stored
  return {
    ...facts(stored, world),
    CertificateId: String(id),
    CertificateName: name,
    CertificateSource: source,
    CertificateStatus: certificate.notAfter < world.clock.now() ? 'expired' : 'issued',
    CommonName: certificate.commonName,
    Domain: certificate.names.join(','),
    SubjectAlternativeNames: [],
    FingerPrint: certificate.fingerprint,
    Serial: certificate.serial.padStart(40, '0'),
    KeySize: certificate.keySize,
    ExistPrivateKey: keyPem !== '',
    UsingProductList: world.installations.products(id),
  }
}
