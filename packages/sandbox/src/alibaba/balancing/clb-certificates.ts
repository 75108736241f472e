import type { Action } from '../product.ts'
import type { Call } from '../request.ts'
import { readPair, servedOf } from '../supplied-certificate.ts'
import type { PairFault } from '../supplied-certificate.ts'
import type { World } from '../world.ts'
import { certificateNamed, refuse, regionOf } from './clb.ts'
import type { ClbState } from './clb.ts'
import {
  addServerCertificate,
  isServerCertificateInUse,
  serverCertificateReply,
} from './server-certificates.ts'
import type { ServerCertificate } from './server-certificates.ts'

const nameRule = /^[A-Za-z\u4e00-\u9fff][\w.*/\u4e00-\u9fff-]{0,79}$/

/** With a resource group, RAM is asked for the right on that group. */
const uploadResource = (call: Call): string => {
  const group = call.text('ResourceGroupId')
  const { uid } = call.caller
  return group === ''
    ? `acs:slb:${regionOf(call)}:${uid}:certificate/*`
    : `acs:ram:*:${uid}:resourcegroup/${group}`
}

/** The server certificates of CLB, region by region. */
export const clbCertificateActions: Readonly<Record<string, Action<ClbState>>> = {
  UploadServerCertificate: {
    parameters:
      'RegionId*, ServerCertificateName, ServerCertificate, PrivateKey, AliCloudCertificateId, AliCloudCertificateName, AliCloudCertificateRegionId, ResourceGroupId',
    resource: uploadResource,
    handle: (call, _state, world) => serverCertificateReply(upload(call, world)),
  },

  DescribeServerCertificates: {
    parameters: 'RegionId, ServerCertificateId, ResourceGroupId',
    handle(call, { certificates }) {
      const [id, region] = [call.text('ServerCertificateId'), regionOf(call)]
      const ServerCertificate = [...certificates.values()]
        .filter(({ regionId }) => regionId === region)
        .filter((one) => id === '' || one.id === id)
        .map(serverCertificateReply)
      return { ServerCertificates: { ServerCertificate } }
    },
  },

  DeleteServerCertificate: {
    parameters: 'RegionId, ServerCertificateId*',
    handle(call, state, world) {
      const one = certificateNamed(call.text('ServerCertificateId'), regionOf(call), state)
      if (isServerCertificateInUse(one, world)) throw refuse('CertificateAndPrivateKeyIsRefered')
      state.certificates.delete(one.id)
      return {}
    },
  },
}

function upload(call: Call, world: World): ServerCertificate {
  const name = call.text('ServerCertificateName')
  if (name !== '' && !nameRule.test(name)) throw refuse('InvalidParameter.ServerCertificateName')
  const regionId = regionOf(call)
  const resourceGroupId = call.text('ResourceGroupId')
  const facts = {
    regionId,
    resourceGroupId: resourceGroupId === '' ? 'rg-default' : resourceGroupId,
  }
  const id = call.text('AliCloudCertificateId')
  if (id === '') {
    const [certPem, keyPem] = [call.text('ServerCertificate'), call.text('PrivateKey')]
    const served = readPair(certPem, keyPem, rejected, { traditional: true, dense: true })
    return addServerCertificate({ ...facts, name, served }, world)
  }
  const stored = world.store.get(Number(id))
  // What is told of a wrong region of the store speaks of the parameters, and leads astray.
  if (!stored || call.text('AliCloudCertificateRegionId') !== world.store.region) {
    throw refuse('InvalidParameter', {
      message: 'The specified parameter "ServerCertificate" is not valid.',
    })
  }
  const source = { id: stored.id, name: stored.name }
  const given = { ...facts, name: name === '' ? stored.name : name, served: servedOf(stored) }
  return addServerCertificate({ ...given, source }, world)
}

export function rejected(fault: PairFault): Error {
  if (fault === 'certificate') return refuse('ServerCertificateFormat')
  return refuse(fault === 'match' ? 'CertificateAndPrivateKeyNotMatch' : 'PrivateKeyFormat')
}
