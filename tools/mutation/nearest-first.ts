import { basename } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Begins with the tests that are named after the mutated file, then takes the quick ones: most mutants are dead by
 * then, and the first test that fails ends the run.
 */
export class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [mutated = ''] = this.ctx.config.related ?? []
    const name = basename(mutated, '.ts')
    const rank = (file: TestSpecification): number =>
      basename(file.moduleId) === `${name}.test.ts`
        ? -1
        : (this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 1000)
    return files.toSorted((a, b) => rank(a) - rank(b))
  }
}
