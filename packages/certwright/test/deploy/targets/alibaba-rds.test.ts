import { describe as group, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-rds.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { describe } from '../../../src/x509/certificate.ts'
import { bundleFor, fingerprintOf } from './account.ts'
import { discoveredAt, scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

interface Instance {
  ssl: Readonly<Record<string, string>>
  /** What it will have when it has been read so often. */
  change?: { reads: number; readonly ssl: Readonly<Record<string, string>> }
  /** How a change ends. */
  outcome: 'success' | 'failed'
}

const newInstance = (): Instance => ({
  ssl: { SSLEnabled: 'off', ConnectionString: '', LastModifyStatus: 'success' },
  outcome: 'success',
})
const values = { instance: 'pgm-1' }
const bundle = bundleFor({ names: ['db.example.com'] })

group('alibaba-rds: an instance', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const instance = newInstance()
      return scriptedWorld({
        module,
        values,
        names: ['db.example.com'],
        script: script(instance),
        held: () => instance.ssl['ServerCert'] && describe(instance.ssl['ServerCert']).fingerprint,
        wasOff: (calls) => calls.some(({ parameters }) => parameters['SSLEnabled'] === '0'),
      })
    },
  })
})

group('alibaba-rds', () => {
  const account = async (instance: Instance) => {
    const made = await scriptedAccount(script(instance))
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('gives certificate and key in PEM, for the private address where none is protected', async () => {
    const made = await account(newInstance())
    await targetAt(made, module, values).write(bundle)
    const change = made.asked.find(({ action }) => action === 'ModifyDBInstanceSSL')
    const { ServerCert = '', ServerKey = '', ...rest } = change?.parameters ?? {}
    expect(rest).toEqual({
      DBInstanceId: 'pgm-1',
      ConnectionString: 'pgm-1.pg.rds.example.net',
      SSLEnabled: '1',
      CAType: 'custom',
    })
    expect(describe(ServerCert).fingerprint).toBe(fingerprintOf(bundle))
    expect(ServerKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    expect(made.alibaba.certificates.all).toEqual([])
  })

  it('keeps the address, the client CA and who may connect', async () => {
    const kept = {
      ClientCACert: 'PEM of a CA',
      ClientCertRevocationList: 'PEM of a list',
      ACL: 'verify-ca',
      ReplicationACL: 'cert',
    }
    const ssl = { ...newInstance().ssl, SSLEnabled: 'on', ConnectionString: 'pub.example.net' }
    const made = await account({ ...newInstance(), ssl: { ...ssl, ...kept } })
    await targetAt(made, module, values).write(bundle)
    const change = made.asked.find(({ action }) => action === 'ModifyDBInstanceSSL')
    expect(change?.parameters).toMatchObject({
      ...kept,
      ConnectionString: 'pub.example.net',
      ClientCAEnabled: '1',
      ClientCrlEnabled: '1',
    })
  })

  it('protects the address that is named', async () => {
    const made = await account(newInstance())
    const named = { ...values, 'connection-string': 'db.example.net' }
    await targetAt(made, module, named).write(bundle)
    const change = made.asked.find(({ action }) => action === 'ModifyDBInstanceSSL')
    expect(change?.parameters['ConnectionString']).toBe('db.example.net')
  })

  it('says why a change failed', async () => {
    const made = await account({ ...newInstance(), outcome: 'failed' })
    await expect(targetAt(made, module, values).write(bundle)).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { action: 'ModifyDBInstanceSSL', message: 'The key does not match.' },
    })
  })

  it('reads a certificate whose line breaks the API has left out', async () => {
    const flat = bundle.chainPem.replaceAll('\n', '')
    const ssl = { ...newInstance().ssl, SSLEnabled: 'on', ServerCert: flat }
    const made = await account({ ...newInstance(), ssl })
    const target = targetAt(made, module, values)
    expect(await target.read()).toMatchObject({ fingerprint: fingerprintOf(bundle) })
  })

  it('is discovered', async () => {
    const made = await account(newInstance())
    await targetAt(made, module, values).write(bundle)
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: 'alibaba-rds:instance=pgm-1',
        product: 'RDS',
        resource: 'pgm-1',
        https: true,
        names: ['db.example.com'],
        keyType: 'rsa2048',
        installed: { fingerprint: fingerprintOf(bundle) },
      },
    ])
    expect(JSON.stringify(await discoveredAt(made, module))).not.toContain('PRIVATE KEY')
  })
})

function script(instance: Instance): Script {
  return {
    DescribeDBInstanceSSL() {
      const { change } = instance
      if (change && (change.reads -= 1) === 0) {
        instance.ssl = { ...instance.ssl, ...change.ssl }
        delete instance.change
      }
      return { ...instance.ssl, ...(instance.change && { LastModifyStatus: 'setting' }) }
    },
    ModifyDBInstanceSSL({ parameters }) {
      const { ConnectionString = '', CAType = '', ServerCert = '', ServerKey = '' } = parameters
      const LastModifyStatus = instance.outcome
      const ssl =
        instance.outcome === 'failed'
          ? { LastModifyStatus, ModifyStatusReason: 'The key does not match.' }
          : { SSLEnabled: 'on', LastModifyStatus, ConnectionString, CAType, ServerCert, ServerKey }
      instance.change = { reads: 3, ssl }
      return {}
    },
    DescribeDBInstanceNetInfo: () => ({
      DBInstanceNetInfos: {
        DBInstanceNetInfo: [
          { ConnectionString: 'pgm-1.pub.rds.example.net', IPType: 'Public' },
          { ConnectionString: 'pgm-1.pg.rds.example.net', IPType: 'Private' },
        ],
      },
    }),
    DescribeDBInstances: () => ({
      Items: { DBInstance: [{ DBInstanceId: 'pgm-1' }] },
      TotalRecordCount: 1,
    }),
  }
}
