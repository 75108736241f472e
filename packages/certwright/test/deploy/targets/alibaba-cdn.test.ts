import * as module from '../../../src/deploy/targets/alibaba-cdn.ts'
import { edgeTests } from './edge.ts'

edgeTests({
  module,
  product: 'cdn',
  place: 'CDN',
  label: 'CDN',
  writeAction: 'SetCdnDomainSSLCertificate',
})
