import { nameCovers } from '../certificate.ts'
import { askedPage } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import {
  certificateOf,
  domainOf,
  refuse,
  requireDomainReady,
  requireInstance,
  requireTlsVersion,
  serveDomain,
} from './instance.ts'
import type { ProtectedDomain, WafState } from './instance.ts'
import { listenDefaults, redirectDefaults, settingsIn } from './settings.ts'
import type { ListenSettings, Settings } from './settings.ts'

/** What goes with a certificate. Where it is left out it is set back: no document says that it stays. */
const tlsDefaults = ['TLSVersion', 'EnableTLSv3', 'CipherSuite', 'CustomCiphers'].map(
  (name) => [name, listenDefaults[name]] as const,
)

/** Domains that come to the firewall by their CNAME. */
export const wafDomainActions: Readonly<Record<string, Action<WafState>>> = {
  DescribeDomains: {
    parameters: 'InstanceId*, RegionId, Domain, DomainId, PageNumber:n, PageSize:n',
    handle(call, state) {
      requireInstance(call, state)
      const name = call.text('Domain').toLowerCase()
      const wanted = [...state.domains.values()].filter(({ domain }) => domain.includes(name))
      const page = askedPage(call, wanted, { usual: 10, largest: 50 })
      return { Domains: page.items.map(domainItem), TotalCount: page.counts['TotalCount'] }
    },
  },

  DescribeDomainDetail: {
    parameters: 'InstanceId*, RegionId, Domain, DomainId',
    handle(call, state, world) {
      requireInstance(call, state)
      const one = domainOf(call, state)
      const pending = world.installations.look('WAF', one.domain)?.pending === true
      const { Backends: addresses = [], ...redirect } = one.redirect as {
        readonly Backends?: readonly string[]
      }
      return {
        Domain: one.domain,
        DomainId: one.id,
        Cname: one.cname,
        Status: pending ? 2 : 1,
        Listen: one.listen,
        Redirect: {
          ...redirect,
          BackendList: addresses,
          Backends: addresses.map((Backend) => ({ Backend })),
        },
        ...certDetail(one, world),
      }
    },
  },

  ModifyDomain: {
    parameters:
      'InstanceId*, RegionId*, Domain, DomainId, AccessType, Listen*{CertId}, Redirect*{Loadbalance}',
    handle(call, state, world) {
      requireInstance(call, state)
      const one = domainOf(call, state)
      const given = settingsIn(call.object('Listen'), listenDefaults)
      const listen: ListenSettings = { ...listenDefaults, ...given }
      const redirect = settingsIn(call.object('Redirect'), redirectDefaults)
      checkListen(listen, one, world)
      requireDomainReady(one, world)
      Object.assign(one, { listen, redirect: { ...redirectDefaults, ...redirect } })
      serveDomain(one, world)
      return { DomainInfo: { Domain: one.domain, DomainId: one.id, Cname: one.cname } }
    },
  },

  ModifyDomainCert: {
    parameters:
      'InstanceId*, RegionId*, Domain*, CertId*, TLSVersion, EnableTLSv3:b, CipherSuite, CustomCiphers:s[]',
    handle(call, state, world) {
      requireInstance(call, state)
      const one = domainOf(call, state)
      if (one.listen.HttpsPorts.length === 0) {
        throw refuse('Waf.Pullin.HttpsNotSet')
      }
      const settings = tlsSettings(call, call.text('CipherSuite'))
      const listen: ListenSettings = { ...one.listen, ...settings, CertId: call.text('CertId') }
      checkListen(listen, one, world)
      requireDomainReady(one, world)
      one.listen = listen
      serveDomain(one, world)
      return {}
    },
  },
}

/** The TLS settings that a call sets, beside which others fall back. */
export function tlsSettings(call: Call, suite: string): Settings {
  const [version, enable] = [call.text('TLSVersion'), call.flag('EnableTLSv3')]
  const ciphers = call.list('CustomCiphers')
  return {
    ...Object.fromEntries(tlsDefaults),
    ...(version === '' ? {} : { TLSVersion: version }),
    ...(enable === undefined ? {} : { EnableTLSv3: enable }),
    ...(suite === '' ? {} : { CipherSuite: Number(suite) }),
    ...(ciphers.length === 0 ? {} : { CustomCiphers: ciphers }),
  }
}

function checkListen(listen: ListenSettings, { domain }: ProtectedDomain, world: World): void {
  const { HttpPorts: http, HttpsPorts: https } = listen
  if (http.length === 0 && https.length === 0) throw refuse('Waf.Pullin.ProtocolNotSet')
  requireTlsVersion(listen.TLSVersion)
  if (https.length === 0) return
  const { certificate } = certificateOf(listen.CertId ?? '', world)
  if (!certificate.names.some((name) => nameCovers(name, domain))) {
    throw refuse('Waf.Pullin.CertNotMatch')
  }
}

function domainItem({ domain, id, cname, listen }: ProtectedDomain): Reply {
  return {
    Domain: domain,
    DomainId: id,
    Cname: cname,
    Status: 1,
    ListenPorts: { Http: listen.HttpPorts, Https: listen.HttpsPorts },
  }
}

function certDetail({ listen }: ProtectedDomain, { store }: World): Reply {
  const stored = store.identified(listen.CertId ?? '')
  if (!stored) return {}
  const { certificate, identifier, name } = stored
  return {
    CertDetail: {
      Id: identifier,
      Name: name,
      CommonName: certificate.commonName,
      Sans: certificate.names,
      StartTime: certificate.notBefore,
      EndTime: certificate.notAfter,
    },
  }
}
