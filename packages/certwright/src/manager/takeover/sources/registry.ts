import type { TakeoverSource } from '../taken.ts'

/** Every client whose files can be taken over, by the name that a person gives. One row a file of this folder. */
export const sources = {
  certbot: async () => (await import('./certbot.ts')).source,
  lego: async () => (await import('./lego.ts')).source,
  'acme.sh': async () => (await import('./acme-sh.ts')).source,
  caddy: async () => (await import('./caddy.ts')).source,
} as const satisfies Readonly<Record<string, () => Promise<TakeoverSource>>>

export type SourceName = keyof typeof sources
