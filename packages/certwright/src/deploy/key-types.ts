import { CertwrightError } from '../runtime/error.ts'
import type { KeyType } from '../store/store.ts'
import type { TargetKind } from './target.ts'

type Taker = Pick<TargetKind, 'name' | 'keyTypes'>

/**
 * The best type of key that all these targets take, by the worst place that it has in any of their lists; `undefined`
 * where there are no targets. Throws `TARGET_KEY_TYPES_DIFFER`, which names the first target that takes none of what
 * those before it take.
 */
export function keyTypeForAll(targets: readonly Taker[]): KeyType | undefined {
  let common = targets[0]?.keyTypes ?? []
  for (const { name, keyTypes } of targets) {
    const rest = common.filter((keyType) => keyTypes.includes(keyType))
    if (rest.length === 0) {
      throw new CertwrightError('TARGET_KEY_TYPES_DIFFER', {
        target: name,
        takes: keyTypes.join(', '),
        others: common.join(', '),
      })
    }
    common = rest
  }
  const worstPlace = (keyType: KeyType): number =>
    Math.max(...targets.map(({ keyTypes }) => keyTypes.indexOf(keyType)))
  return [...common].sort((a, b) => worstPlace(a) - worstPlace(b))[0]
}

/** Throws `TARGET_KEY_TYPE` for the first of these targets that is not documented to take this type of key. */
export function requireKeyType(keyType: string, targets: readonly Taker[]): void {
  for (const { name, keyTypes } of targets) {
    if (keyTypes.some((taken) => taken === keyType)) continue
    throw new CertwrightError('TARGET_KEY_TYPE', {
      target: name,
      keyType,
      takes: keyTypes.join(', '),
      suggestion: keyTypes[0] ?? '-',
    })
  }
}
