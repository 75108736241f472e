import { describe, expect, it } from 'vitest'
import { casRegion, productFacts, type AlibabaProduct } from '../../../src/cloud/alibaba/product.ts'

/** From the endpoint maps of the official SDK. */
const hosts: ReadonlyArray<readonly [AlibabaProduct, string, 'china' | 'international', string]> = [
  ['alidns', 'cn-hangzhou', 'china', 'alidns.aliyuncs.com'],
  ['cdn', 'cn-hangzhou', 'china', 'cdn.aliyuncs.com'],
  ['cdn', 'ap-southeast-1', 'international', 'cdn.ap-southeast-1.aliyuncs.com'],
  ['dcdn', 'cn-hangzhou', 'china', 'dcdn.aliyuncs.com'],
  ['live', 'cn-shanghai', 'china', 'live.aliyuncs.com'],
  ['vod', 'cn-hangzhou', 'china', 'vod.cn-shanghai.aliyuncs.com'],
  ['vod', 'cn-shenzhen', 'china', 'vod.cn-shenzhen.aliyuncs.com'],
  ['vod', 'cn-north-2-gov-1', 'china', 'vod.cn-north-2-gov-1.aliyuncs.com'],
  ['vod', 'ap-southeast-2', 'china', 'vod.aliyuncs.com'],
  ['cas', 'cn-qingdao', 'china', 'cas.aliyuncs.com'],
  ['cas', 'eu-west-1', 'international', 'cas.ap-southeast-1.aliyuncs.com'],
  ['cloudapi', 'cn-beijing', 'china', 'apigateway.cn-beijing.aliyuncs.com'],
  ['slb', 'cn-beijing', 'china', 'slb.aliyuncs.com'],
  ['slb', 'cn-zhangjiakou', 'china', 'slb.cn-zhangjiakou.aliyuncs.com'],
  ['alb', 'cn-beijing', 'china', 'alb.cn-beijing.aliyuncs.com'],
  ['nlb', 'cn-beijing', 'china', 'nlb.cn-beijing.aliyuncs.com'],
  ['ga', 'us-west-1', 'china', 'ga.cn-hangzhou.aliyuncs.com'],
  ['waf', 'cn-shenzhen', 'china', 'wafopenapi.cn-hangzhou.aliyuncs.com'],
  ['waf', 'cn-hongkong', 'china', 'wafopenapi.ap-southeast-1.aliyuncs.com'],
  ['waf', 'ap-southeast-1', 'international', 'wafopenapi.ap-southeast-1.aliyuncs.com'],
  ['fc', 'cn-hangzhou', 'china', 'fcv3.cn-hangzhou.aliyuncs.com'],
  ['fc', 'me-central-1', 'china', 'me-central-1.fc.aliyuncs.com'],
  ['esa', 'cn-beijing', 'china', 'esa.cn-hangzhou.aliyuncs.com'],
  ['esa', 'ap-southeast-1', 'international', 'esa.ap-southeast-1.aliyuncs.com'],
  ['apig', 'cn-hangzhou', 'china', 'apig.cn-hangzhou.aliyuncs.com'],
  ['ddoscoo', 'cn-hangzhou', 'china', 'ddoscoo.cn-hangzhou.aliyuncs.com'],
  ['sae', 'cn-beijing', 'china', 'sae.cn-beijing.aliyuncs.com'],
  ['mse', 'cn-beijing', 'china', 'mse.cn-beijing.aliyuncs.com'],
  ['cr', 'cn-beijing', 'china', 'cr.cn-beijing.aliyuncs.com'],
  ['eas', 'cn-beijing', 'china', 'pai-eas.cn-beijing.aliyuncs.com'],
  ['rds', 'cn-beijing', 'china', 'rds.aliyuncs.com'],
  ['rds', 'eu-central-1', 'china', 'rds.eu-central-1.aliyuncs.com'],
  ['sts', 'cn-beijing', 'china', 'sts.aliyuncs.com'],
]

describe('the host', () => {
  it.each(hosts)('of %s in %s on the site %s is %s', (product, region, site, host) => {
    expect(productFacts(product).host(region, site)).toBe(host)
  })
})

it('certificates of the international site are in ap-southeast-1', () => {
  expect([casRegion(), casRegion('china'), casRegion('international')]).toEqual([
    'cn-hangzhou',
    'cn-hangzhou',
    'ap-southeast-1',
  ])
})
