import { instantOf } from '../clock.ts'
import type { Sandbox } from '../sandbox.ts'
import type { SandboxCa } from '../sandbox-ca.ts'
import { anything, duration, list, object } from '../shape/shape.ts'
import { caOf, caRoutes } from './ca-routes.ts'
import { dnsRoutes } from './dns-routes.ts'
import { openApi } from './openapi.ts'
import type { Route } from './route.ts'
import { caShape, clockShape, sandboxShape } from './shapes.ts'

/** Every call of the control API. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/openapi.json',
    id: 'describe',
    says: 'This description.',
    reply: { status: 200, shape: { is: 'map', of: anything } },
    act: () => openApi(routes),
  },
  {
    method: 'GET',
    path: '/sandbox',
    id: 'showSandbox',
    says: 'What can be reached, and where.',
    reply: { status: 200, shape: sandboxShape },
    act: ({ sandbox }) => {
      const { zones, resolver, httpPort, tlsPort } = sandbox
      return { zones, resolver, httpPort, tlsPort, cas: Object.values(sandbox.cas).map(shown) }
    },
  },
  {
    method: 'GET',
    path: '/clock',
    id: 'showClock',
    says: 'The time of the CAs.',
    reply: { status: 200, shape: clockShape },
    act: ({ sandbox }) => told(sandbox),
  },
  {
    method: 'POST',
    path: '/clock/advance',
    id: 'advanceClock',
    says: 'Moves the time of the CAs on: nonces, authorizations, limits, windows and lists follow.',
    body: object({ ms: { shape: duration, required: true } }),
    reply: { status: 200, shape: clockShape },
    act({ sandbox, body }) {
      sandbox.clock.advance((body as { ms: number }).ms)
      return told(sandbox)
    },
  },
  {
    method: 'GET',
    path: '/cas',
    id: 'listCas',
    says: 'The CAs, the first one first.',
    reply: { status: 200, shape: list(caShape) },
    act: ({ sandbox }) => Object.values(sandbox.cas).map(shown),
  },
  {
    method: 'GET',
    path: '/cas/{ca}/root',
    id: 'showRoot',
    says: 'The root to trust, PEM.',
    reply: { status: 200, media: 'application/x-pem-file' },
    act: (request) => caOf(request).rootPem,
  },
  ...caRoutes,
  ...dnsRoutes,
]

function shown({ name, directoryUrl, rootPem, rootPems, ca }: SandboxCa): object {
  return { name, directoryUrl, crlUrl: ca.crlUrl, rootPem, rootPems }
}

function told({ clock }: Sandbox): object {
  const now = clock.now()
  return { now, text: instantOf(now) }
}
