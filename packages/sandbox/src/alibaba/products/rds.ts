import { instantOf } from '../../clock.ts'
import { assumed, documented, refusals } from '../errors.ts'
import type { Served } from '../installations.ts'
import { pageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { readPair } from '../supplied-certificate.ts'
import type { PairFault, SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface DatabaseInstance {
  readonly id: string
  readonly regionId: string
  readonly engine: string
  readonly storage: 'cloud_essd' | 'local_ssd'
  /** At one of them SSL protects. */
  readonly endpoints: readonly DatabaseEndpoint[]
  ssl: DatabaseSsl
  /** Why the change before came to nothing; empty where it did not. */
  failure: string
}

interface DatabaseEndpoint {
  readonly text: string
  readonly isPublic: boolean
}

export interface DatabaseSsl {
  readonly enabled: boolean
  readonly connectionString: string
  readonly caType: 'aliyun' | 'custom'
  /** The server's own, where it is not one of Alibaba Cloud's. */
  readonly served: Served | undefined
  /** By the names of the API. A change sets back what it leaves out. */
  readonly clients: Readonly<Record<string, string>>
}

export interface RdsState {
  readonly instances: Map<string, DatabaseInstance>
  /** How the next changes come to nothing, one each. */
  readonly failures: string[]
}

export interface RdsSeed {
  readonly instances?: ReadonlyArray<{
    readonly id: string
    /** Default `cn-hangzhou`. */
    readonly regionId?: string
    /** Default `PostgreSQL`. */
    readonly engine?: string
    /** Default `cloud_essd`. */
    readonly storage?: DatabaseInstance['storage']
    /** Private ones, unless they say otherwise. Default one made of the id. */
    readonly connectionStrings?: ReadonlyArray<string | DatabaseEndpoint>
    /** Protects the first endpoint from the start. */
    readonly certificate?: SeededCertificate
    /** Who may connect, e.g. `{ ClientCACert: '…', ACL: 'verify-ca' }`. */
    readonly clients?: Readonly<Record<string, string>>
  }>
  /** The next changes fail for these reasons, one each. */
  readonly failures?: readonly string[]
}

const errors = {
  'InvalidDBInstanceId.NotFound': documented(404, 'The specified instance is not found.'),
  'OperationDenied.DBInstanceStatus': documented(403, 'The instance is not in a fitting state.'),
  'InvalidEngine.NotSupport': assumed(400, 'The engine takes no certificate of one’s own.'),
  'InvalidConnectionString.NotFound': assumed(404, 'The instance has no such endpoint.'),
  'InvalidServerCert.Malformed': assumed(400, 'ServerCert cannot be read.'),
  'InvalidServerKey.Malformed': assumed(400, 'ServerKey cannot be read.'),
  'InvalidServerCertAndKey.NotMatch': assumed(400, 'ServerKey does not belong to ServerCert.'),
  'InvalidCAType.Malformed': assumed(400, 'CAType is aliyun or custom.'),
}

const refuse = refusals(errors)

const off: DatabaseSsl = {
  enabled: false,
  connectionString: '',
  caType: 'aliyun',
  served: undefined,
  clients: {},
}

/** Who may connect, and how a client proves itself. */
const clientNames = ['ClientCACert', 'ClientCertRevocationList', 'ACL', 'ReplicationACL']

/** ApsaraDB RDS: certificates of PostgreSQL instances with cloud disks. */
export const rds: Product<RdsState, RdsSeed> = {
  version: '2014-08-15',
  style: 'rpc',
  ram: 'rds',
  errors,
  open: () => ({ instances: new Map(), failures: [] }),

  seed(state, { instances = [], failures = [] }, world) {
    state.failures.push(...failures)
    for (const { id, regionId = 'cn-hangzhou', engine = 'PostgreSQL', ...given } of instances) {
      const { storage = 'cloud_essd', certificate, clients = {} } = given
      const { connectionStrings = [`${id}.pg.rds.aliyuncs.com`] } = given
      const endpoints = connectionStrings.map((one) =>
        typeof one === 'string' ? { text: one, isPublic: false } : one,
      )
      const facts = { id, regionId, engine, storage, endpoints }
      const one: DatabaseInstance = { ...facts, ssl: off, failure: '' }
      state.instances.set(id, one)
      if (!certificate) continue
      const served = readPair(certificate.certPem, certificate.keyPem, malformed)
      const [{ text: connectionString } = { text: '' }] = endpoints
      change(one, { enabled: true, connectionString, caType: 'custom', served, clients }, world)
    }
  },

  actions: {
    DescribeDBInstances: {
      parameters: 'RegionId*, DBInstanceId, Engine, PageNumber:n, PageSize:n',
      handle(call, { instances }) {
        const [id, engine] = [call.text('DBInstanceId'), call.text('Engine')]
        const wanted = [...instances.values()]
          .filter(({ regionId }) => regionId === call.text('RegionId'))
          .filter((one) => id === '' || one.id === id)
          .filter((one) => engine === '' || one.engine === engine)
        const asked = { number: call.number('PageNumber'), size: call.number('PageSize') }
        const page = pageOf(wanted, { ...asked, usual: 30, largest: 100 })
        const counts = { PageNumber: page.number, PageRecordCount: page.items.length }
        const DBInstance = page.items.map(instanceItem)
        return { Items: { DBInstance }, ...counts, TotalRecordCount: page.total }
      },
    },

    DescribeDBInstanceNetInfo: {
      parameters: 'DBInstanceId*',
      handle(call, state) {
        const { endpoints } = instanceOf(call, state)
        const DBInstanceNetInfo = endpoints.map(({ text, isPublic }) => ({
          ConnectionString: text,
          ConnectionStringType: 'Normal',
          IPType: isPublic ? 'Public' : 'Private',
          Port: '5432',
        }))
        return { DBInstanceNetInfos: { DBInstanceNetInfo } }
      },
    },

    DescribeDBInstanceSSL: {
      parameters: 'DBInstanceId*',
      handle: (call, state, world) => sslReply(instanceOf(call, state), world),
    },

    ModifyDBInstanceSSL: {
      parameters:
        'DBInstanceId*, ConnectionString*, SSLEnabled:n, CAType, ServerCert, ServerKey, ClientCAEnabled:n, ClientCACert, ClientCrlEnabled:n, ClientCertRevocationList, ACL, ReplicationACL, PassWord, Certificate',
      handle(call, state, world) {
        const one = instanceOf(call, state)
        if (isChanging(one, world)) throw refuse('OperationDenied.DBInstanceStatus')
        if (one.engine !== 'PostgreSQL' || one.storage === 'local_ssd') {
          throw refuse('InvalidEngine.NotSupport')
        }
        const connectionString = call.text('ConnectionString')
        if (!one.endpoints.some(({ text }) => text === connectionString)) {
          throw refuse('InvalidConnectionString.NotFound')
        }
        const wanted =
          call.number('SSLEnabled') === 0 ? off : { ...wantedSsl(call), connectionString }
        const failure = state.failures.shift() ?? ''
        // The instance takes it up by and by.
        world.jobs.start({
          action: call.action,
          resource: `RDS ${one.id}`,
          finish() {
            one.failure = failure
            if (failure === '') change(one, wanted, world)
          },
        })
        return {}
      },
    },
  },
}

function instanceOf(call: Call, { instances }: RdsState): DatabaseInstance {
  const one = instances.get(call.text('DBInstanceId'))
  if (!one) throw refuse('InvalidDBInstanceId.NotFound')
  return one
}

function isChanging({ id }: DatabaseInstance, { jobs }: World): boolean {
  return jobs.busy(`RDS ${id}`)
}

function wantedSsl(call: Call): Omit<DatabaseSsl, 'connectionString'> {
  const caType = call.text('CAType') === '' ? 'aliyun' : call.text('CAType')
  if (caType !== 'aliyun' && caType !== 'custom') throw refuse('InvalidCAType.Malformed')
  const served =
    caType === 'custom'
      ? readPair(call.text('ServerCert'), call.text('ServerKey'), malformed)
      : undefined
  const given = clientNames
    .map((name) => [name, call.text(name)] as const)
    .filter(([, value]) => value !== '')
  const isAsked = call.number('ClientCAEnabled') === 1
  const clients = Object.fromEntries(given.filter(([name]) => isAsked || name !== 'ClientCACert'))
  return { enabled: true, caType, served, clients }
}

function malformed(fault: PairFault): Error {
  if (fault === 'certificate') return refuse('InvalidServerCert.Malformed')
  const isMatch = fault === 'match'
  return refuse(isMatch ? 'InvalidServerCertAndKey.NotMatch' : 'InvalidServerKey.Malformed')
}

function change(one: DatabaseInstance, ssl: DatabaseSsl, { installations }: World): void {
  one.ssl = ssl
  const names = ssl.enabled ? [ssl.connectionString] : []
  installations.install({ product: 'RDS', resource: one.id, names }, ssl.served)
}

function instanceItem({ id, regionId, engine, storage }: DatabaseInstance): Reply {
  return {
    DBInstanceId: id,
    RegionId: regionId,
    Engine: engine,
    EngineVersion: '16.0',
    DBInstanceStatus: 'Running',
    DBInstanceStorageType: storage,
  }
}

/** The private key is told as well. Reading it moves a change on. */
function sslReply(one: DatabaseInstance, world: World): Reply {
  const isSetting = isChanging(one, world)
  const settled = one.failure === '' ? 'success' : 'failed'
  const { enabled, connectionString, caType, served, clients } = one.ssl
  return {
    SSLEnabled: enabled ? 'on' : 'off',
    ConnectionString: connectionString,
    CAType: enabled ? caType : '',
    LastModifyStatus: isSetting ? 'setting' : settled,
    ModifyStatusReason: isSetting ? '' : one.failure,
    RequireUpdate: '0',
    ...clients,
    ...(served
      ? {
          ServerCert: served.certificate.pem,
          ServerKey: served.keyPem,
          SSLCreateTime: instantOf(served.certificate.notBefore),
          SSLExpireTime: instantOf(served.certificate.notAfter),
        }
      : {}),
  }
}
