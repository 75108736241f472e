/** The two sites: accounts of one do not exist at the other. */
export type AlibabaSite = 'china' | 'international'

/** Everything that the client needs to know about one product's API. */
interface Product {
  readonly version: string
  /** The host that serves a region. */
  readonly host: (region: string, site: AlibabaSite) => string
  /** The prefix of its actions in a RAM policy, where it is not the product's own name. */
  readonly ramCode?: string
  /** RPC actions that are asked by GET: their parameters go in the query, and none is a secret. */
  readonly getActions?: readonly string[]
  /** Codes that pass by themselves, beside those of every product. */
  readonly retryable?: readonly string[]
  /** The most calls a second, where the documents say. */
  readonly callsPerSecond?: number
}

type Hosts = Product['host']

const central =
  (host: string): Hosts =>
  () =>
    host

const regional =
  (prefix: string, own: Readonly<Record<string, string>> = {}): Hosts =>
  (region) =>
    own[region] ?? `${prefix}.${region}.aliyuncs.com`

const perSite =
  (china: string, international: string): Hosts =>
  (_region, site) =>
    site === 'china' ? china : international

/** Products whose resources are either on the Chinese mainland or outside it, whatever the site of the account. */
const perSide =
  (prefix: string): Hosts =>
  (region) =>
    region.startsWith('cn-') && region !== 'cn-hongkong'
      ? `${prefix}.cn-hangzhou.aliyuncs.com`
      : `${prefix}.ap-southeast-1.aliyuncs.com`

/** The regions that older products serve from one host. */
const oldRegions =
  'cn-qingdao cn-beijing cn-hangzhou cn-shanghai cn-shenzhen cn-hongkong ap-southeast-1 us-east-1 us-west-1 cn-shanghai-finance-1 cn-shenzhen-finance-1 cn-north-2-gov-1'
const oneHostFor = (host: string, regions: string): Readonly<Record<string, string>> =>
  Object.fromEntries(regions.split(' ').map((region) => [region, host]))

/** The regions of VOD that have a host of their own, and those that share one. */
const vodRegions =
  'cn-shenzhen cn-beijing cn-hongkong ap-southeast-1 ap-northeast-1 ap-southeast-5 us-west-1 eu-central-1 me-central-1 cn-north-2-gov-1'.split(
    ' ',
  )
const vodHosts = {
  ...Object.fromEntries(vodRegions.map((region) => [region, `vod.${region}.aliyuncs.com`])),
  ...oneHostFor('vod.cn-shanghai.aliyuncs.com', 'cn-hangzhou cn-shanghai'),
}

/** One row a product: versions and hosts as in the endpoint maps of the official SDK. */
const products = {
  alidns: {
    version: '2015-01-09',
    host: central('alidns.aliyuncs.com'),
    retryable: ['LastOperationNotFinished'],
    callsPerSecond: 20,
  },
  cdn: {
    version: '2018-05-10',
    host: perSite('cdn.aliyuncs.com', 'cdn.ap-southeast-1.aliyuncs.com'),
    callsPerSecond: 30,
  },
  dcdn: {
    version: '2018-01-15',
    host: central('dcdn.aliyuncs.com'),
    callsPerSecond: 30,
  },
  live: {
    version: '2016-11-01',
    host: central('live.aliyuncs.com'),
    retryable: ['LockFail'],
    callsPerSecond: 30,
  },
  vod: {
    version: '2017-03-21',
    host: (region) => vodHosts[region] ?? 'vod.aliyuncs.com',
    callsPerSecond: 30,
  },
  cas: {
    version: '2020-04-07',
    // Certificates are kept at two places alone: `cas.cn-qingdao…` does not exist.
    host: perSite('cas.aliyuncs.com', 'cas.ap-southeast-1.aliyuncs.com'),
    ramCode: 'yundun-cert',
    callsPerSecond: 10,
  },
  cloudapi: {
    version: '2016-07-14',
    host: regional('apigateway'),
    ramCode: 'apigateway',
  },
  slb: {
    version: '2014-05-15',
    host: regional('slb', oneHostFor('slb.aliyuncs.com', `${oldRegions} cn-hangzhou-finance`)),
    retryable: ['BackendServer.configuring', 'ServiceIsConfiguring'],
  },
  alb: {
    version: '2020-06-16',
    host: regional('alb'),
    retryable: [
      'IncorrectStatus.Listener',
      'ResourceInConfiguring.Listener',
      'IncorrectStatus.LoadBalancer',
      'IncorrectBusinessStatus.LoadBalancer',
      'VipStatusNotSupport',
    ],
  },
  nlb: {
    version: '2022-04-30',
    host: regional('nlb'),
    retryable: ['IncorrectStatus.listener', 'ResourceInConfiguring.listener'],
  },
  ga: {
    version: '2019-11-20',
    host: central('ga.cn-hangzhou.aliyuncs.com'),
    retryable: ['StateError.Accelerator', 'StateError.Listener', 'NotActive.Listener'],
  },
  waf: {
    version: '2021-10-01',
    host: perSide('wafopenapi'),
    ramCode: 'yundun-waf',
    retryable: ['Waf.Pullin.ResourceProcessing'],
  },
  fc: {
    version: '2023-03-30',
    host: regional('fcv3', {
      'me-central-1': 'me-central-1.fc.aliyuncs.com',
      'cn-shanghai-finance-1': 'cn-shanghai-finance-1.fc.aliyuncs.com',
      'cn-hangzhou-finance': 'cn-hangzhou-finance.fc.aliyuncs.com',
    }),
  },
  esa: {
    version: '2024-09-10',
    host: perSite('esa.cn-hangzhou.aliyuncs.com', 'esa.ap-southeast-1.aliyuncs.com'),
    getActions: ['ListSites', 'ListRecords', 'DeleteCertificate', 'GetCertificateQuota'],
  },
  apig: { version: '2024-03-27', host: regional('apig') },
  ddoscoo: { version: '2020-01-01', host: perSide('ddoscoo'), ramCode: 'yundun-ddoscoo' },
  sae: { version: '2019-05-06', host: regional('sae') },
  mse: { version: '2019-05-31', host: regional('mse') },
  cr: { version: '2018-12-01', host: regional('cr') },
  eas: { version: '2021-07-01', host: regional('pai-eas') },
  rds: {
    version: '2014-08-15',
    host: regional('rds', oneHostFor('rds.aliyuncs.com', oldRegions)),
    retryable: ['OperationDenied.DBInstanceStatus'],
  },
  sts: { version: '2015-04-01', host: central('sts.aliyuncs.com') },
} as const satisfies Record<string, Product>

export type AlibabaProduct = keyof typeof products

export function productFacts(name: AlibabaProduct): Product {
  return products[name]
}

/** The region of the site that keeps certificates: it is also the suffix of their identifiers. */
export function casRegion(site: AlibabaSite = 'china'): 'cn-hangzhou' | 'ap-southeast-1' {
  return site === 'china' ? 'cn-hangzhou' : 'ap-southeast-1'
}
