import { describe } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-alb.ts'
import { listenerTests } from './listener.ts'

describe('alibaba-alb', () => {
  listenerTests({
    module,
    product: 'ALB',
    setDefault: 'UpdateListenerAttribute',
    associate: 'AssociateAdditionalCertificatesWithListener',
    dissociate: 'DissociateAdditionalCertificatesFromListener',
    identifiers: { name: 'Certificates', member: 'CertificateId' },
    most: 20,
    jobAction: 'ListAsynJobs',
    jobId: (call) => call.parameters['JobIds.1'] ?? '',
    job: (Id, Status) => ({
      Jobs: [{ Id, Status, ...(Status === 'Failed' && { ErrorCode: 'QuotaExceeded.Certs' }) }],
    }),
    failure: { code: 'QuotaExceeded.Certs' },
    busy: 'IncorrectStatus.Listener',
    protocol: 'HTTPS',
  })
})
