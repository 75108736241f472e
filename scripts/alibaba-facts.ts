// What the declarations of targets cannot say of each product: facts of its documents, of the official SDK and of its
// users. The reference is generated from both, and fails where an action is granted here and not there, or there and
// not here.

export interface ProductFacts {
  /** The name of its API in `cloud/alibaba/product.ts`; OSS is none of those. */
  readonly api: string
  readonly style: 'RPC' | 'ROA' | 'REST'
  /** In which form it is given a certificate and its key. */
  readonly given: string
  readonly needs: readonly string[]
  /** Its own actions, without the code of RAM: what each is called for. */
  readonly calls: Readonly<Record<string, string>>
  readonly limits: readonly string[]
  /** What no source says and nothing here can show. */
  readonly untried: readonly string[]
}

const byIdentifier =
  'By reference to CAS (`<CertId>-cn-hangzhou`, on the international site `…-ap-southeast-1`). The key goes to CAS alone, as PKCS#1.'
const byNumber =
  'By reference to CAS, by its number beside the region of the store. The key goes to CAS alone, as PKCS#1.'
const asPem =
  'As PEM: the leaf first, no root, no blank lines; the key as PKCS#1 (`BEGIN RSA PRIVATE KEY`).'
const curves =
  'Whether it takes elliptic curves: its documents name RSA alone, so that only `rsa2048` is offered.'

/** CDN and the products that are made like it. */
const edge = (limit: string): Pick<ProductFacts, 'style' | 'needs' | 'limits' | 'untried'> => ({
  style: 'RPC',
  needs: [
    'A domain that is `online` or `configuring`: others are skipped among `all`, and refused where they are named.',
    'A wildcard is called `.example.com` there; `*.example.com` is understood.',
  ],
  limits: [
    limit,
    'A change arrives within minutes. Until then the domain refuses the next one (`ServiceBusy`, `LockFail`), which is tried again.',
    'Every PEM upload is kept in CAS as well, where a name is taken once: the second domain that brings the same certificate refers to the first’s.',
  ],
  untried: [
    curves,
    'How long a change takes at worst: it is waited for ten minutes, or as long as `--wait` says.',
  ],
})

export const targetFacts: Readonly<Record<string, ProductFacts>> = {
  'alibaba-acr': {
    api: 'cr',
    style: 'RPC',
    given: byNumber,
    needs: ['A custom domain that is added to the instance already.'],
    calls: {
      ListInstance: 'discovery',
      GetInstanceEndpoint: 'discovery: the domains of an instance, without the product’s own',
      GetInstanceCustomizedDomain:
        'the certificate of the domain, and whether the internet reaches it',
      UpdateInstanceCustomizedDomain: 'another certificate for the domain',
    },
    limits: ['Errors come inside HTTP 200 (`IsSuccess: false`).'],
    untried: [curves, 'The codes of its errors, which no document lists.'],
  },
  'alibaba-alb': {
    api: 'alb',
    style: 'RPC',
    given: byIdentifier,
    needs: ['A listener that speaks HTTPS or QUIC.'],
    calls: {
      ListListeners: 'discovery',
      ListLoadBalancers: 'the address for handshakes: that of the internet alone',
      GetListenerAttribute: 'whether a change is under way',
      ListListenerCertificates: 'the default certificate and the additional ones',
      UpdateListenerAttribute: 'another default certificate',
      AssociateAdditionalCertificatesWithListener: 'one more for a domain (SNI)',
      DissociateAdditionalCertificatesFromListener: 'one of ours less, after the new one is there',
      ListAsynJobs: 'whether a change is made: each is a job, polled by its id',
    },
    limits: [
      'One change at a time for a listener; a call takes up to 20 certificates.',
      'A change is sent with a ClientToken, so that a retry is the same change.',
    ],
    untried: [
      curves,
      'How many additional certificates a listener takes: the quota depends on the edition.',
    ],
  },
  'alibaba-api-gateway': {
    api: 'cloudapi',
    style: 'RPC',
    given: asPem,
    needs: [
      'A domain that is bound to an API group. `DomainBindingStatus` is `BINDING` where it is bound and `BOUND` where it is not: so it is spelt.',
      'Where clients are checked (mutual TLS), `ca-file`: the API keeps their CA to itself, and writing without it would let every client in.',
    ],
    calls: {
      DescribeRegions: 'discovery in every region',
      DescribeApiGroups: 'the group that the domain is bound to',
      DescribeApiGroup: 'the domains of a group',
      DescribeDomain:
        'the certificate of a domain. It returns the private key too, which is not read',
      SetDomainCertificate: 'another certificate',
      DeleteDomainCertificate:
        '`uninstall --unbind` alone, never on the way to another certificate',
    },
    limits: [
      'A name has 4 to 50 letters, digits and underscores, and begins with a letter.',
      'Groups are listed 50 a page.',
    ],
    untried: [
      curves,
      'The codes of SetDomainCertificate’s errors, which no document lists.',
      'The names of its resources in a RAM policy: all are allowed.',
      'Whether the rule for names holds outside the console and ROS. It is kept all the same.',
    ],
  },
  'alibaba-apig': {
    api: 'apig',
    style: 'ROA',
    given: byIdentifier,
    needs: ['A domain of a gateway; `gateway` where several have one of this name.'],
    calls: {
      ListDomains: 'the domain, and the certificate that it has',
      GetDomain: 'everything else that it is set to',
      UpdateDomain: 'another certificate, with everything else sent again',
    },
    limits: [
      'UpdateDomain replaces the whole object: protocol, TLS versions, mutual TLS, cipher suites and HTTP/2 are read before and sent again.',
      'A domain that speaks HTTP speaks HTTPS afterwards.',
    ],
    untried: [curves, 'The codes of its errors. They may come inside HTTP 200.'],
  },
  'alibaba-cas': {
    api: 'cas',
    style: 'RPC',
    given: asPem,
    needs: [],
    calls: {},
    limits: [
      'A certificate is immutable: a renewed one has a new id.',
      'The same content is uploaded once for an account and a site; a name is taken once.',
      'ListUserCertificateOrder takes 10 calls a second.',
      'It is kept at `cas.aliyuncs.com` and `cas.ap-southeast-1.aliyuncs.com`, whatever the region of the place.',
      'Deployment jobs, which are paid for and want contacts, are not used.',
    ],
    untried: [
      'The code for a name that is taken, which no document lists: a refused upload is looked for instead.',
      'Whether `UsingProductList` names every product that uses a certificate. Ours are kept as long as our own records name them.',
    ],
  },
  'alibaba-cdn': {
    api: 'cdn',
    given:
      'By reference to CAS (number, name and region: the number alone is refused). With `upload=direct` as PEM.',
    calls: {
      DescribeUserDomains: 'the domain and its status',
      DescribeDomainCertificateInfo: 'the certificate that is in effect, as PEM',
      SetCdnDomainSSLCertificate:
        'another certificate; `SSLProtocol=off` by `uninstall --unbind` alone',
    },
    ...edge('30 writes and 100 reads a second.'),
  },
  'alibaba-clb': {
    api: 'slb',
    style: 'RPC',
    given:
      'By its own store, one a region, which refers to CAS; with `upload=direct` as PEM, whose key must be PKCS#1 or SEC1.',
    needs: [
      'A listener that speaks HTTPS.',
      'For `domain`, an instance on resources of its own: a shared one takes no domain extensions.',
    ],
    calls: {
      DescribeLoadBalancers: 'the address for handshakes: that of the internet alone',
      DescribeLoadBalancerListeners: 'discovery',
      DescribeLoadBalancerHTTPSListenerAttribute:
        'the default certificate and the domain extensions',
      SetLoadBalancerHTTPSListenerAttribute: 'another default certificate, and nothing else',
      CreateDomainExtension: 'the first certificate of a domain',
      SetDomainExtensionAttribute: 'the next one, in place',
      DeleteDomainExtension: '`uninstall --unbind`',
      DescribeServerCertificates: 'what the region’s store has: compared by SHA-1 or SHA-256',
      UploadServerCertificate:
        'one more, without a resource group: that would want a right of its own',
      DeleteServerCertificate: 'a superseded one of ours, which the API refuses while it is in use',
    },
    limits: [
      'No second change while the first is taken up (`BackendServer.configuring`): tried again.',
      'A wrong `AliCloudCertificateRegionId` is told as another parameter’s fault: it is that of the store, not of the load balancer.',
    ],
    untried: [
      'Curves outside London, which an older document excludes and the current one does not.',
    ],
  },
  'alibaba-dcdn': {
    api: 'dcdn',
    given: 'As CDN.',
    calls: {
      DescribeDcdnUserDomains: 'the domain and its status',
      DescribeDcdnDomainCertificateInfo: 'the certificate that is in effect, as PEM',
      SetDcdnDomainSSLCertificate: 'another certificate',
    },
    ...edge('30 writes a second.'),
  },
  'alibaba-ddos': {
    api: 'ddoscoo',
    style: 'RPC',
    given: byIdentifier,
    needs: ['A website that is protected for HTTPS, on this side of the Chinese border.'],
    calls: {
      DescribeWebRules: 'the website, the name of its certificate and its CNAME for handshakes',
      DescribeCerts: 'which certificate of the store has that name',
      AssociateWebCert: 'another certificate',
    },
    limits: ['Rules are listed 10 a page.', 'Only `cn-hangzhou` and `ap-southeast-1` are asked.'],
    untried: [curves, 'The codes of its errors, which no document lists.'],
  },
  'alibaba-eas': {
    api: 'eas',
    style: 'ROA',
    given: byNumber,
    needs: ['A private gateway. A domain that is not attached yet is attached, as `type` says.'],
    calls: {
      ListGateway: 'discovery',
      ListGatewayDomains: 'the domains of a gateway and their certificates',
      AttachGatewayDomain: 'the domain with another certificate, and the type that it has',
    },
    limits: ['A cluster is called what a region is called elsewhere.'],
    untried: [
      curves,
      'The words of `CertificateStatus`: what is waited for is the number of the certificate, then the handshake.',
    ],
  },
  'alibaba-esa': {
    api: 'esa',
    style: 'RPC',
    given: asPem,
    needs: [
      'A site of the account. ESA itself chooses the certificate that serves a name.',
      'With `hostname`, a custom hostname of the site (SaaS), which has a certificate of its own.',
    ],
    calls: {
      ListSites: 'the site',
      ListRecords: 'the names that ESA serves itself, for handshakes',
      ListCertificates: 'what the site has: compared by SHA-256',
      SetCertificate: 'the first one, and every next one in its place, by its Id',
      DeleteCertificate: 'expired ones of ours, and `uninstall --unbind`',
      ListCustomHostnames: 'the custom hostname',
      GetCustomHostname: 'its certificate. It returns the private key too, which is not read',
      UpdateCustomHostname: 'another certificate for it',
    },
    limits: [
      'A free site has room for two certificates, expired ones included: ours stays in the place that it has.',
      'A site without room is told (`TARGET_QUOTA`); nothing is deleted to make room.',
    ],
    untried: [curves, 'How long a change of a site takes to arrive everywhere.'],
  },
  'alibaba-fc': {
    api: 'fc',
    style: 'ROA',
    given: `${asPem} PKCS#8 is refused.`,
    needs: ['A custom domain.'],
    calls: {
      ListCustomDomains: 'discovery, and `domain=all`',
      GetCustomDomain:
        'the certificate, and everything else that is set. It may return the private key, which is not read',
      UpdateCustomDomain: 'another certificate, with everything else sent again',
    },
    limits: [
      'Routes, TLS settings, authentication, CORS and WAF are read before and sent again.',
      'A domain that speaks HTTP speaks both afterwards.',
    ],
    untried: [curves, 'Whether the service keeps what is left out. Nothing is.'],
  },
  'alibaba-ga': {
    api: 'ga',
    style: 'RPC',
    given: byIdentifier,
    needs: ['A listener that speaks HTTPS.'],
    calls: {
      ListAccelerators: 'the address for handshakes',
      ListListeners: 'discovery',
      DescribeListener: 'the default certificate, and whether a change is under way',
      UpdateListener: 'another default certificate',
      ListListenerCertificates: 'the certificates of domains',
      AssociateAdditionalCertificatesWithListener: 'the first certificate of a domain',
      UpdateAdditionalCertificateWithListener: 'the next one, in place',
      DissociateAdditionalCertificatesFromListener: '`uninstall --unbind`',
    },
    limits: [
      'Asked in `cn-hangzhou`, wherever it is.',
      'A change locks the whole accelerator: its listeners take turns.',
    ],
    untried: [curves],
  },
  'alibaba-live': {
    api: 'live',
    given:
      'As PEM, for SSLPub and SSLPri are documented as required. With `upload=cas` by the name of the certificate in CAS.',
    calls: {
      DescribeLiveUserDomains: 'the domain and its status',
      DescribeLiveDomainCertificateInfo: 'the certificate that is in effect, as PEM',
      SetLiveDomainCertificate: 'another certificate, with `ForceSet` for a name that is taken',
    },
    ...edge('30 calls a second; domains are listed 50 a page.'),
  },
  'alibaba-mse': {
    api: 'mse',
    style: 'RPC',
    given: byIdentifier,
    needs: ['A domain of the gateway.'],
    calls: {
      ListGateway: 'the public address for handshakes, and discovery',
      ListGatewayDomain: 'the domain and its certificate',
      GetGatewayDomainDetail: 'everything else that it is set to',
      UpdateSSLCert: 'another certificate where it has one',
      UpdateGatewayDomain: 'the first certificate, with everything else sent again',
    },
    limits: ['Errors come inside HTTP 200 (`Success: false`).'],
    untried: [curves, 'The codes of its errors, which no document lists.'],
  },
  'alibaba-nlb': {
    api: 'nlb',
    style: 'RPC',
    given: byIdentifier,
    needs: ['A listener that speaks TCPSSL.'],
    calls: {
      ListListeners: 'discovery',
      ListLoadBalancers: 'the address for handshakes: that of the internet alone',
      GetListenerAttribute: 'whether a change is under way',
      ListListenerCertificates: 'the default certificate and the additional ones',
      UpdateListenerAttribute: 'another default certificate',
      AssociateAdditionalCertificatesWithListener: 'one more for a domain (SNI)',
      DisassociateAdditionalCertificatesWithListener:
        'one of ours less, after the new one is there',
      GetJobStatus: 'whether a change is made: each is a job, polled by its id',
    },
    limits: ['One change at a time for a listener; a call takes up to 15 certificates.'],
    untried: [
      curves,
      'Whether AlpnPolicy may be left out: the SDK calls it required, and other clients leave it out.',
    ],
  },
  'alibaba-oss': {
    api: 'oss',
    style: 'REST',
    given: 'By reference to CAS; with `upload=direct` as PEM.',
    needs: [
      'A domain that is bound to the bucket already, and proven to be yours by a TXT record at `_dnsauth.<domain>`: it is not bound on the way.',
    ],
    calls: {
      ListBuckets: 'discovery',
      ListCname: 'the domains of a bucket and their certificates: compared by SHA-1',
      PutCname: 'another certificate, only while the one that was read is bound (`PreviousCertId`)',
    },
    limits: [
      'The bucket names the host, and its region the endpoint: `region` must be that of the bucket.',
    ],
    untried: [curves, 'Whether PEM uploads are kept in CAS as well.'],
  },
  'alibaba-rds': {
    api: 'rds',
    style: 'RPC',
    given: asPem,
    needs: [
      'A PostgreSQL instance on cloud disks. Its certificate protects one endpoint: `connection-string`, or the one that is protected now.',
    ],
    calls: {
      DescribeDBInstances: 'discovery',
      DescribeDBInstanceSSL:
        'the certificate, who may connect, and whether a change is under way. It returns the private key too, which is not read',
      DescribeDBInstanceNetInfo: 'the private endpoint, where none is protected yet',
      ModifyDBInstanceSSL: 'another certificate, with the client CA and the ACL sent again',
    },
    limits: [
      'The instance may restart: thirty minutes are waited.',
      'SQL Server takes PFX out of OSS and is not offered. MongoDB, PolarDB, Redis and others take no certificate of yours.',
    ],
    untried: [
      curves,
      'A handshake: PostgreSQL begins TLS in its own way, so that what the API says is the proof.',
    ],
  },
  'alibaba-sae': {
    api: 'sae',
    style: 'ROA',
    given: `${asPem} An ingress refers to CAS (ALB) or to the store of CLB.`,
    needs: [
      'A custom domain of web applications, in the namespace that is named; or an ingress that speaks HTTPS.',
    ],
    calls: {
      ListWebCustomDomains: 'discovery',
      DescribeWebCustomDomain: 'the certificate, and everything else that is set',
      UpdateWebCustomDomain: 'another certificate, with everything else sent again',
      ListIngresses: 'discovery',
      DescribeIngress: 'the certificates, and everything else that is set',
      UpdateIngress: 'other certificates, with everything else sent again',
      'slb:DescribeServerCertificates': 'what the store of CLB has',
      'slb:UploadServerCertificate': 'one more there',
      'slb:DeleteServerCertificate': 'a superseded one of ours',
    },
    limits: [
      'Errors come inside HTTP 200 (`Success: false`).',
      'Both objects are replaced as a whole: what is read is sent again.',
    ],
    untried: [curves, 'The codes of its errors, and whether it takes PKCS#8: it is given PKCS#1.'],
  },
  'alibaba-vod': {
    api: 'vod',
    given: 'As CDN.',
    calls: {
      DescribeVodUserDomains: 'the domain and its status',
      DescribeVodDomainCertificateInfo: 'the certificate that is in effect, as PEM',
      SetVodDomainSSLCertificate: 'another certificate',
    },
    ...edge(
      '30 calls a second; domains are listed 50 a page. The documents speak of Shanghai alone.',
    ),
  },
  'alibaba-waf': {
    api: 'waf',
    style: 'RPC',
    given: byIdentifier,
    needs: [
      'WAF 3.0. A domain by CNAME (`domain`), a port of a cloud product (`resource`, `product`, `port`), or neither for the default certificate.',
    ],
    calls: {
      DescribeInstance: 'the id of the instance, where none is given',
      DescribeDomains: 'discovery',
      DescribeDomainDetail:
        'the certificate of a domain, its TLS settings and its CNAME for handshakes',
      ModifyDomainCert: 'another certificate, with the TLS settings sent again',
      DescribeDefaultHttps: 'the default certificate and its TLS settings',
      ModifyDefaultHttps: 'another default certificate, with them',
      DescribeCloudResources: 'discovery',
      DescribeCloudResourceAccessPortDetails: 'the certificates of a port',
      ModifyCloudResourceCert: 'the whole list of a port, read just before',
    },
    limits: [
      'ModifyDomain, which sets back everything that is left out, is not used.',
      'Only `cn-hangzhou` and `ap-southeast-1` are asked, by where the resources are.',
      'A change takes a while (`Waf.Pullin.ResourceProcessing`): tried again.',
    ],
    untried: [
      curves,
      'Whether ModifyDomainCert sets back TLS settings that are left out. None is left out.',
      'Handshakes with ports of cloud products, whose addresses WAF does not tell: name one with `serve-at`.',
    ],
  },
}

/** The actions of the store, which every target that refers to it needs. */
export const storeCalls: Readonly<Record<string, string>> = {
  UploadUserCertificate: 'a certificate that is not there yet',
  ListUserCertificateOrder:
    'whether it is there, by its SHA-256: before each upload, and after one whose reply was lost',
  ListCertificates: 'which certificates of ours are superseded, and what uses them',
  GetUserCertificateDetail:
    'names, fingerprint and end of a certificate, never with its key (`CertFilter`)',
  DeleteUserCertificate:
    'a superseded one of ours that nothing uses, a week after the new one began',
}

/** The DNS providers: what each is asked for, by the purpose that `certwright policy` knows it as. */
export const providerFacts: Readonly<
  Record<string, Omit<ProductFacts, 'given' | 'style'> & { readonly purpose: 'dns' | 'esa-dns' }>
> = {
  'alibaba-dns': {
    api: 'alidns',
    purpose: 'dns',
    needs: [
      'A zone of the account, which the name servers at the registry lead to.',
      'Where the policy names one zone, `zone`: such a policy cannot list zones.',
    ],
    calls: {
      DescribeDomains: 'the longest zone that the name lies in, as the account has it',
      DescribeDomainInfo:
        'the least TTL of its edition; 600 seconds are assumed where that is not allowed',
      AddDomainRecord: 'a value beside those that stand',
      DescribeDomainRecords: 'the id of a value that stands already, and what killed runs left',
      UpdateDomainRecordRemark: 'our mark, by which a sweep knows our values',
      SetDomainRecordStatus: 'switches on a value that stands and is off',
      DeleteDomainRecord: 'the very record, by its id',
    },
    limits: [
      '20 calls a second.',
      'A free or personal zone has a TTL of at least 600 seconds, the standard edition 60, the ultimate 1.',
      'Changes of a zone that is busy (`LastOperationNotFinished`) are tried again.',
    ],
    untried: ['Lines: a value is published for the default line alone.'],
  },
  'alibaba-esa-dns': {
    api: 'esa',
    purpose: 'esa-dns',
    needs: ['A site with NS access: the records of one with CNAME access are kept elsewhere.'],
    calls: {
      ListSites: 'the site that the name lies in',
      ListRecords: 'whether the value stands already, and what killed runs left',
      CreateRecord: 'a value, with our comment, by which a sweep knows it',
      DeleteRecord: 'the very record, by its id',
    },
    limits: ['A TTL is at least 30 seconds.'],
    untried: [
      'Whether ESA refuses the same value twice, and with which code. It is looked up before and after.',
    ],
  },
}
