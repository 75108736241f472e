import { nameCovers } from '../certificate.ts'
import type { StoredCertificate } from '../certificate-store.ts'
import { askedPage } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import { readPair } from '../supplied-certificate.ts'
import { tlsSettings } from './domains.ts'
import { certificateOf, refuse, requireInstance, requireTlsVersion } from './instance.ts'
import type { WafState } from './instance.ts'

/** The firewall's view of the account's store, and the certificate for whatever has none. */
export const wafCertificateActions: Readonly<Record<string, Action<WafState>>> = {
  CreateCerts: {
    parameters: 'InstanceId*, RegionId, CertName*, CertContent*, CertKey*',
    handle(call, state, { store }) {
      requireInstance(call, state)
      const name = call.text('CertName')
      if (store.named(name)) throw refuse('Waf.Pullin.CertNameRepeat')
      const { certificate, keyPem } = readPair(call.text('CertContent'), call.text('CertKey'), () =>
        refuse('Waf.Pullin.CertContentInvalid'),
      )
      return { CertIdentifier: store.add({ name, certificate, keyPem }).identifier }
    },
  },

  DescribeCerts: {
    parameters: 'InstanceId*, RegionId, Domain, Algorithm, PageNumber:n, PageSize:n',
    handle(call, state, { store }) {
      requireInstance(call, state)
      const domain = call.text('Domain').toLowerCase()
      const wanted = store.all.filter(
        ({ certificate }) =>
          domain === '' || certificate.names.some((name) => nameCovers(name, domain)),
      )
      const page = askedPage(call, wanted, { usual: 10, largest: 100 })
      return { Certs: page.items.map(certificateItem), TotalCount: page.counts['TotalCount'] }
    },
  },

  DescribeCertDetail: {
    parameters: 'InstanceId*, RegionId, CertIdentifier*',
    handle(call, state, world) {
      requireInstance(call, state)
      const stored = certificateOf(call.text('CertIdentifier'), world)
      return { CertDetail: { ...certificateItem(stored), Sans: stored.certificate.names } }
    },
  },

  DescribeDefaultHttps: {
    parameters: 'InstanceId*, RegionId',
    handle(call, state) {
      requireInstance(call, state)
      return { DefaultHttps: state.defaultHttps }
    },
  },

  ModifyDefaultHttps: {
    parameters:
      'InstanceId*, RegionId, CertId*, TLSVersion*, CipherSuite*:n, EnableTLSv3:b, CustomCiphers:s[]',
    handle(call, state, world) {
      requireInstance(call, state)
      requireTlsVersion(call.text('TLSVersion'))
      const { identifier } = certificateOf(call.text('CertId'), world)
      const suite = String(call.number('CipherSuite'))
      state.defaultHttps = { ...tlsSettings(call, suite), CertId: identifier }
      return {}
    },
  },
}

export function certificateItem({ certificate, identifier, name }: StoredCertificate): Reply {
  return {
    CertIdentifier: identifier,
    CertName: name,
    CommonName: certificate.commonName,
    Domain: certificate.names.join(','),
    BeforeDate: certificate.notBefore,
    AfterDate: certificate.notAfter,
    IsChainCompleted: certificate.length > 1,
  }
}
