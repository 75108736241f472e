import { expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { rpcCaller, until } from './callers.ts'
import { open, servedAt } from './world.ts'

const DBInstanceId = 'pgm-1'
const ConnectionString = 'db.example.com'
const place = { DBInstanceId, ConnectionString, SSLEnabled: 1, CAType: 'custom' }

type Instance = NonNullable<NonNullable<AlibabaSeed['rds']>['instances']>[number]

async function world(given: Partial<Instance> = {}) {
  const instances = [{ id: DBInstanceId, connectionStrings: [ConnectionString], ...given }]
  const alibaba = await open({ seed: { rds: { instances } } })
  const { call, refusal } = rpcCaller(alibaba, '2014-08-15')
  const read = async () => call('DescribeDBInstanceSSL', { DBInstanceId })
  return {
    alibaba,
    call,
    read,
    settled: async () => until(read, ({ LastModifyStatus }) => LastModifyStatus === 'success'),
    codeOf: async (given: object) => (await refusal('ModifyDBInstanceSSL', { ...given })).code,
    served: async () => servedAt(alibaba, ConnectionString),
  }
}

it('takes a certificate of one’s own by and by, and sets back who may connect', async () => {
  const old = await bundleFor([ConnectionString])
  const clients = { ClientCACert: 'ca', ACL: 'verify-ca' }
  const { alibaba, call, read, settled, served, codeOf } = await world({
    certificate: old,
    clients,
  })
  expect(await read()).toMatchObject({ ...clients, CAType: 'custom', SSLEnabled: 'on' })
  const renewed = await bundleFor([ConnectionString])
  const asked = { ...place, ServerCert: renewed.certPem, ServerKey: renewed.keyPem }
  await call('ModifyDBInstanceSSL', { ...asked, ACL: 'cert' })
  expect(await codeOf(asked)).toBe('OperationDenied.DBInstanceStatus')
  expect(await served()).toBe(old.fingerprint)
  const after = await settled()
  expect(after).toMatchObject({ ServerCert: renewed.certPem, ACL: 'cert' })
  expect(after).not.toHaveProperty('ClientCACert')
  expect(await served()).toBe(renewed.fingerprint)
  expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
})

it('takes a client authority where that is switched on', async () => {
  const { certPem, keyPem } = await bundleFor([ConnectionString])
  const { call, settled } = await world()
  const asked = { ...place, ServerCert: certPem, ServerKey: keyPem, ClientCACert: 'ca' }
  await call('ModifyDBInstanceSSL', asked)
  expect(await settled()).not.toHaveProperty('ClientCACert')
  await call('ModifyDBInstanceSSL', { ...asked, ClientCAEnabled: 1 })
  expect(await settled()).toMatchObject({ ClientCACert: 'ca' })
})

it('goes back to a certificate of Alibaba Cloud, and to none', async () => {
  const { call, settled, served } = await world({
    certificate: await bundleFor([ConnectionString]),
  })
  await call('ModifyDBInstanceSSL', { ...place, CAType: 'aliyun' })
  expect(await settled()).toMatchObject({ SSLEnabled: 'on', CAType: 'aliyun' })
  expect(await served()).toBeUndefined()
  await call('ModifyDBInstanceSSL', { ...place, SSLEnabled: 0 })
  expect(await settled()).toMatchObject({ SSLEnabled: 'off', ConnectionString: '' })
})

it('refuses what cannot be', async () => {
  const { alibaba, codeOf } = await world()
  alibaba.seed({ rds: { instances: [{ id: 'rm-1', engine: 'MySQL' }] } })
  const [one, other] = await Promise.all([
    bundleFor([ConnectionString]),
    bundleFor([ConnectionString]),
  ])
  const asked = { ...place, ServerCert: one.certPem, ServerKey: one.keyPem }
  expect(await codeOf({ ...asked, ServerCert: 'x' })).toBe('InvalidServerCert.Malformed')
  expect(await codeOf({ ...asked, ServerKey: 'x' })).toBe('InvalidServerKey.Malformed')
  const mixed = { ...asked, ServerKey: other.keyPem }
  expect(await codeOf(mixed)).toBe('InvalidServerCertAndKey.NotMatch')
  expect(await codeOf({ ...asked, CAType: 'own' })).toBe('InvalidCAType.Malformed')
  const elsewhere = { ...asked, ConnectionString: 'other.example.com' }
  expect(await codeOf(elsewhere)).toBe('InvalidConnectionString.NotFound')
  expect(await codeOf({ ...asked, DBInstanceId: 'rm-1' })).toBe('InvalidEngine.NotSupport')
  expect(await codeOf({ ...asked, DBInstanceId: 'rm-2' })).toBe('InvalidDBInstanceId.NotFound')
})

it('tells why a change came to nothing, and keeps what was there', async () => {
  const old = await bundleFor([ConnectionString])
  const { alibaba, call, read, served, settled } = await world({ certificate: old })
  alibaba.seed({ rds: { failures: ['no room'] } })
  const { certPem, keyPem } = await bundleFor([ConnectionString])
  const asked = { ...place, ServerCert: certPem, ServerKey: keyPem }
  await call('ModifyDBInstanceSSL', asked)
  const failed = await until(read, ({ LastModifyStatus }) => LastModifyStatus !== 'setting')
  expect(failed).toMatchObject({
    LastModifyStatus: 'failed',
    ModifyStatusReason: 'no room',
    ServerCert: old.certPem,
  })
  expect(await served()).toBe(old.fingerprint)
  await call('ModifyDBInstanceSSL', asked)
  expect(await settled()).toMatchObject({ ModifyStatusReason: '', ServerCert: certPem })
})

it('lists instances by engine and tells their endpoints', async () => {
  const { alibaba, call } = await world()
  const connectionStrings = [{ text: 'pub.example.com', isPublic: true }]
  alibaba.seed({
    rds: {
      instances: [
        { id: 'rm-1', engine: 'MySQL' },
        { id: 'pgm-2', connectionStrings },
      ],
    },
  })
  expect(await call('DescribeDBInstanceNetInfo', { DBInstanceId: 'pgm-2' })).toMatchObject({
    DBInstanceNetInfos: { DBInstanceNetInfo: [{ IPType: 'Public' }] },
  })
  const asked = { RegionId: 'cn-hangzhou', Engine: 'PostgreSQL', PageSize: 1, PageNumber: 2 }
  expect(await call('DescribeDBInstances', asked)).toMatchObject({
    TotalRecordCount: 2,
    Items: { DBInstance: [{ DBInstanceId: 'pgm-2' }] },
  })
  expect(await call('DescribeDBInstanceNetInfo', { DBInstanceId })).toMatchObject({
    DBInstanceNetInfos: { DBInstanceNetInfo: [{ ConnectionString, IPType: 'Private' }] },
  })
})
