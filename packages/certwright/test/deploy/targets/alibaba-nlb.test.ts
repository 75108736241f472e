import { describe } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-nlb.ts'
import { listenerTests } from './listener.ts'

describe('alibaba-nlb', () => {
  listenerTests({
    module,
    product: 'NLB',
    setDefault: 'UpdateListenerAttribute',
    associate: 'AssociateAdditionalCertificatesWithListener',
    dissociate: 'DisassociateAdditionalCertificatesWithListener',
    identifiers: { name: 'CertificateIds', additional: 'AdditionalCertificateIds' },
    most: 15,
    jobAction: 'GetJobStatus',
    jobId: (call) => call.parameters['JobId'] ?? '',
    job: (_, Status) => ({ Status }),
    failure: { code: 'Failed' },
    busy: 'IncorrectStatus.listener',
    protocol: 'TCPSSL',
  })
})
