import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-sae.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { describe as described } from '../../../src/x509/certificate.ts'
import { bundleFor } from './account.ts'
import { scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

const domain = 'app.example.com'
const settings = {
  DefaultForwardingAppName: 'front',
  RouteConfig: { Routes: [{ Path: '/*', ApplicationName: 'front' }] },
}

interface WebDomain {
  readonly Protocol: string
  readonly WebCertConfig?: { readonly Certificate: string }
}

interface Sae {
  domain: WebDomain
  ingress: Readonly<Record<string, unknown>>
}

const newSae = (): Sae => ({
  domain: { Protocol: 'HTTP', ...settings },
  ingress: {
    Id: 12,
    LoadBalanceType: 'alb',
    CertIds: '7-cn-hangzhou',
    ListenerProtocol: 'HTTPS',
    Rules: '[]',
    ListenerPort: 443,
  },
})

const done = { Code: '200', Success: true }

function script(sae: Sae): Script {
  return {
    DescribeWebCustomDomain: () => ({ ...done, Data: { DomainName: domain, ...sae.domain } }),
    UpdateWebCustomDomain({ body }) {
      // The whole object is replaced, as the documents say.
      sae.domain = body as WebDomain
      return done
    },
    DescribeIngress: () => ({ ...done, Data: sae.ingress }),
    UpdateIngress({ parameters, body }) {
      sae.ingress = {
        Id: 12,
        LoadBalanceType: 'alb',
        ...parameters,
        ...(body as Record<string, unknown> | undefined),
      }
      return done
    },
  }
}

function held({ domain: { WebCertConfig } }: Sae): string | undefined {
  return WebCertConfig && described(WebCertConfig.Certificate).fingerprint
}

describe('alibaba-sae: a custom domain of web applications', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const sae = newSae()
      return scriptedWorld({
        module,
        values: { domain },
        names: [domain],
        script: script(sae),
        held: () => held(sae),
        others: () => sae.ingress,
      })
    },
  })

  it('keeps what else is set, and HTTP beside HTTPS', async () => {
    const sae = newSae()
    const made = await scriptedAccount(script(sae))
    onTestFinished(async () => made.alibaba.close())
    await targetAt(made, module, { domain }).write(bundleFor({ names: [domain] }))
    expect(sae.domain).toMatchObject({ ...settings, Protocol: 'HTTP,HTTPS' })
    const change = made.asked.find(({ action }) => action === 'UpdateWebCustomDomain')
    expect(JSON.stringify(change?.body)).toContain('BEGIN RSA PRIVATE KEY')
  })

  it('takes an error inside HTTP 200 as one', async () => {
    const refused = { Code: 'InvalidParameter', Message: 'No.', Success: false }
    const made = await scriptedAccount({
      ...script(newSae()),
      UpdateWebCustomDomain: () => refused,
    })
    onTestFinished(async () => made.alibaba.close())
    const target = targetAt(made, module, { domain })
    await expect(target.write(bundleFor({ names: [domain] }))).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'InvalidParameter' },
    })
  })
})

describe('alibaba-sae: an ingress on ALB', () => {
  it('changes the default certificate and keeps the others and the rules', async () => {
    const sae = newSae()
    sae.ingress = { ...sae.ingress, CertIds: '7-cn-hangzhou,9-cn-hangzhou' }
    const made = await scriptedAccount(script(sae))
    onTestFinished(async () => made.alibaba.close())
    const bundle = bundleFor({ names: [domain] })
    await targetAt(made, module, { ingress: '12' }).write(bundle)
    const [stored] = made.alibaba.certificates.all
    expect(sae.ingress).toMatchObject({ Rules: '[]' })
    expect(String(sae.ingress['CertIds']).split(',')).toEqual([
      `${stored?.id}-cn-hangzhou`,
      '9-cn-hangzhou',
    ])
  })
})
