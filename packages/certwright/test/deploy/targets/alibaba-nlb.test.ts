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
    most: 15,
    jobAction: 'GetJobStatus',
    failure: { code: 'Failed' },
    busy: 'IncorrectStatus.listener',
  })
})
