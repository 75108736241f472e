import * as module from '../../../src/deploy/targets/alibaba-vod.ts'
import { edgeTests } from './edge.ts'

edgeTests({
  module,
  product: 'vod',
  place: 'VOD',
  label: 'VOD',
  writeAction: 'SetVodDomainSSLCertificate',
})
