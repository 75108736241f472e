/** One action that an account must be allowed. `resource` may hold `{option}`, which the caller has filled. */
export interface Grant {
  readonly action: string
  readonly resource: string
}

/** What differs between clouds in how an account is allowed things. */
export interface CloudModule {
  /** What is needed beside targets, by the word that `--for` takes. */
  readonly purposes: Readonly<Record<string, readonly Grant[]>>
  /** Whether an action changes nothing. */
  readonly isReading: (action: string) => boolean
  /** The policy that allows exactly this, in the cloud's own form. */
  readonly policy: (grants: readonly Grant[]) => object
  /** The most characters of a policy that the cloud takes. */
  readonly longestPolicy: number
}

/** The clouds, by the first word of their targets' names. */
export const clouds = {
  alibaba: () => import('./alibaba/policy.ts'),
} as const satisfies Readonly<Record<string, () => Promise<CloudModule>>>

/** `undefined` where a service has no policies. */
export async function cloudModule(name: string): Promise<CloudModule | undefined> {
  const known: Readonly<Record<string, () => Promise<CloudModule>>> = clouds
  return Object.hasOwn(known, name) ? known[name]?.() : undefined
}
