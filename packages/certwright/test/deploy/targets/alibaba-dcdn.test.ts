import * as module from '../../../src/deploy/targets/alibaba-dcdn.ts'
import { edgeTests } from './edge.ts'

edgeTests({
  module,
  product: 'dcdn',
  place: 'DCDN',
  label: 'DCDN',
  writeAction: 'SetDcdnDomainSSLCertificate',
})
