// One process runs all files of tests, and each reports what Stryker has counted until its end. Without this the hits of
// the first file would be added up once for each that follows, and a mutant that loops for ever would loop for minutes
// before it has been reached so often that Stryker ends it.
const { __stryker__: stryker } =
  /** @type {{ __stryker__?: { mutantCoverage?: Record<string, object> } }} */ (globalThis)
for (const counts of Object.values(stryker?.mutantCoverage ?? {})) {
  for (const key of Object.keys(counts)) Reflect.deleteProperty(counts, key)
}
