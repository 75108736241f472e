import { instantOf } from '../../clock.ts'
import { tokenPageOf } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { readPair } from '../supplied-certificate.ts'
import type { World } from '../world.ts'
import { refuse } from './state.ts'
import type { SaeState, WebDomain } from './state.ts'

const root = '/pop/v2/api/web/custom-domains'

const settingNames = ['DefaultForwardingAppName', 'RouteConfig', 'WebTLSConfig', 'WebWAFConfig']

/** The domains of web applications. */
export const webDomainActions: Readonly<Record<string, Action<SaeState>>> = {
  ListWebCustomDomains: {
    path: root,
    methods: ['GET'],
    parameters: 'NamespaceId, ApplicationId, Limit:n, NextToken, Prefix',
    handle(call, { domains }) {
      const namespace = call.text('NamespaceId')
      const wanted = [...domains.values()]
        .filter(({ namespaceId }) => namespace === '' || namespaceId === namespace)
        .filter(({ domain }) => domain.startsWith(call.text('Prefix').toLowerCase()))
      const asked = { token: call.text('NextToken'), max: call.number('Limit') }
      const page = tokenPageOf(wanted, { ...asked, usual: 20, largest: 100 })
      const WebCustomDomains = page.items.map((one) => domainReply(call, one))
      const next = page.next === undefined ? {} : { NextToken: page.next }
      return succeeded({ WebCustomDomains, ...next })
    },
  },

  DescribeWebCustomDomain: {
    path: `${root}/{DomainName}`,
    methods: ['GET'],
    parameters: 'NamespaceId*',
    handle: (call, state) => domainReply(call, domainOf(call, state)),
  },

  UpdateWebCustomDomain: {
    path: `${root}/{DomainName}`,
    methods: ['PUT'],
    parameters: 'NamespaceId*',
    handle(call, state, world) {
      const one = domainOf(call, state)
      Object.assign(one, written(call), { updatedAt: world.clock.now() })
      serveWebDomain(one, world)
      return succeeded(domainReply(call, one))
    },
  },
}

function succeeded(Data: Reply): Reply {
  return { Code: 200, Success: true, Message: 'success', Data }
}

export function serveWebDomain(one: WebDomain, { installations }: World): void {
  const place = { product: 'SAE', resource: one.domain, names: [one.domain] }
  const isOn = one.protocol.includes('HTTPS')
  installations.install(place, isOn ? one.certificate?.served : undefined)
}

function domainOf(call: Call, { domains }: SaeState): WebDomain {
  const one = domains.get(call.text('DomainName').toLowerCase())
  if (!one || one.namespaceId !== call.text('NamespaceId')) throw refuse('CustomDomainNotFound')
  return one
}

function written({ body }: Call): Pick<WebDomain, 'protocol' | 'settings' | 'certificate'> {
  const { Protocol: protocol = 'HTTP', WebCertConfig } = body
  if (protocol !== 'HTTP' && protocol !== 'HTTPS' && protocol !== 'HTTP,HTTPS') {
    throw refuse('InvalidParameter.Protocol')
  }
  const certificate = WebCertConfig ? readConfig(WebCertConfig) : undefined
  if (protocol !== 'HTTP' && !certificate) throw refuse('InvalidParameter.WebCertConfig')
  const given = settingNames.filter((name) => body[name] !== undefined)
  const settings = Object.fromEntries(given.map((name) => [name, body[name]]))
  return { protocol, settings, certificate }
}

function readConfig(given: unknown): NonNullable<WebDomain['certificate']> {
  const config = given as Readonly<Record<string, unknown>>
  const [name, certPem, keyPem] = ['CertName', 'Certificate', 'PrivateKey'].map((member) => {
    const value = config[member]
    return typeof value === 'string' ? value : ''
  }) as [string, string, string]
  const reject = (): Error => refuse('InvalidParameter.WebCertConfig')
  if (name === '') throw reject()
  return { name, served: readPair(certPem, keyPem, reject) }
}

/** The private key is never told, though the documents have a member for it. */
function domainReply({ caller }: Call, one: WebDomain): Reply {
  const { certificate } = one
  return {
    ...one.settings,
    DomainName: one.domain,
    NamespaceId: one.namespaceId,
    Protocol: one.protocol,
    accountId: caller.uid,
    CreatedTime: instantOf(one.createdAt),
    LastModifiedTime: instantOf(one.updatedAt),
    ...(certificate
      ? {
          WebCertConfig: {
            CertName: certificate.name,
            Certificate: certificate.served.certificate.pem,
          },
        }
      : {}),
  }
}
