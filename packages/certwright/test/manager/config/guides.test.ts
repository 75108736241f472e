import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { complaintsAbout } from './written.ts'

const docs = fileURLToPath(new URL('../../../../../docs/guide', import.meta.url))

/** Other programs have YAML too. */
const isOurs = /^(?:issuers|credentials|dns|defaults|certificates|notifications):/m

const examples = globSync('*.md', { cwd: docs }).flatMap((name) => {
  const text = readFileSync(join(docs, name), 'utf8')
  return [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].flatMap(([, yaml = ''], i) =>
    isOurs.test(yaml) ? [{ name: basename(name), i: i + 1, yaml }] : [],
  )
})

test('the guides have examples', () => {
  expect(examples.length).toBeGreaterThan(15)
})

test.each(examples)('example $i of $name can be used', async ({ yaml }) => {
  const whole = /^certificates:/m.test(yaml) ? yaml : `${yaml}certificates: []\n`
  const env = { CLOUD_KEY_ID: 'LTAI-id' }
  // A part of a file defines what others use.
  const said = (await complaintsAbout(whole, { env })).filter(
    (one) => !one.endsWith('CONFIG_UNUSED'),
  )
  expect(said).toEqual([])
})
