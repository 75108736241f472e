import * as module from '../../../src/deploy/targets/alibaba-live.ts'
import { edgeTests } from './edge.ts'

edgeTests({
  module,
  product: 'live',
  place: 'LIVE',
  label: 'Live',
  writeAction: 'SetLiveDomainCertificate',
})
