import { nearest } from '../../runtime/nearest.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { TargetModule } from '../target-context.ts'

/** Every target, by the name a person gives with `--install`. One row a file of this folder. */
export const targets = {
  'alibaba-acr': () => import('./alibaba-acr.ts'),
  'alibaba-alb': () => import('./alibaba-alb.ts'),
  'alibaba-api-gateway': () => import('./alibaba-api-gateway.ts'),
  'alibaba-apig': () => import('./alibaba-apig.ts'),
  'alibaba-cas': () => import('./alibaba-cas.ts'),
  'alibaba-cdn': () => import('./alibaba-cdn.ts'),
  'alibaba-clb': () => import('./alibaba-clb.ts'),
  'alibaba-dcdn': () => import('./alibaba-dcdn.ts'),
  'alibaba-ddos': () => import('./alibaba-ddos.ts'),
  'alibaba-eas': () => import('./alibaba-eas.ts'),
  'alibaba-esa': () => import('./alibaba-esa.ts'),
  'alibaba-fc': () => import('./alibaba-fc.ts'),
  'alibaba-ga': () => import('./alibaba-ga.ts'),
  'alibaba-live': () => import('./alibaba-live.ts'),
  'alibaba-mse': () => import('./alibaba-mse.ts'),
  'alibaba-nlb': () => import('./alibaba-nlb.ts'),
  'alibaba-oss': () => import('./alibaba-oss.ts'),
  'alibaba-rds': () => import('./alibaba-rds.ts'),
  'alibaba-sae': () => import('./alibaba-sae.ts'),
  'alibaba-vod': () => import('./alibaba-vod.ts'),
  'alibaba-waf': () => import('./alibaba-waf.ts'),
  apache: () => import('./apache.ts'),
  caddy: () => import('./caddy.ts'),
  docker: () => import('./docker.ts'),
  dovecot: () => import('./dovecot.ts'),
  endpoint: () => import('./endpoint.ts'),
  exec: () => import('./exec.ts'),
  files: () => import('./files.ts'),
  haproxy: () => import('./haproxy.ts'),
  iis: () => import('./iis.ts'),
  jks: () => import('./jks.ts'),
  kubernetes: () => import('./kubernetes.ts'),
  nginx: () => import('./nginx.ts'),
  pkcs12: () => import('./pkcs12.ts'),
  postfix: () => import('./postfix.ts'),
  postgresql: () => import('./postgresql.ts'),
  ssh: () => import('./ssh.ts'),
  webhook: () => import('./webhook.ts'),
} as const satisfies TargetRegistry

/** Targets by name, each loaded when it is asked for. */
export type TargetRegistry = Readonly<Record<string, () => Promise<TargetModule>>>

/** Loads what a target's file exports. An unknown name throws `TARGET_UNKNOWN`, which lists the known ones. */
export async function targetModule(
  name: string,
  registry: TargetRegistry = targets,
): Promise<TargetModule> {
  const load = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (load) return load()
  const known = Object.keys(registry)
  const suggestion = nearest(name, known) ?? known[0] ?? ''
  throw new CertwrightError('TARGET_UNKNOWN', {
    target: name,
    known: known.join(', '),
    suggestion,
  })
}
