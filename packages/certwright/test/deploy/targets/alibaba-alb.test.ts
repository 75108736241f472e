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
    most: 20,
    jobAction: 'ListAsynJobs',
    failure: { code: 'QuotaExceeded.Certs', message: 'Too many.' },
    busy: 'IncorrectStatus.Listener',
  })
})
