import { newOrder, requireProfile } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, type FakeCaOptions } from './fake-ca.ts'

const directory = { meta: { profiles: { classic: 'ninety days', shortlived: 'six days' } } }
const identifiers = [{ type: 'dns', value: 'example.org' }]

describe('requireProfile', () => {
  it.each(['Classic', 'longlived', '', '__proto__', 'toString'])(
    'refuses %j with the list of those there are',
    async (profile) => {
      const ca = fakeCa({ directory })
      await expect(requireProfile(ca.client(), profile)).rejects.toThrow(
        failure('ACME_PROFILE_NOT_OFFERED', {
          profiles: ['classic', 'shortlived'],
          url: 'https://ca.test/directory',
          message: `the CA has no profile "${profile}", but classic, shortlived`,
          hint: 'Choose a profile from the list of the CA.',
        }),
      )
    },
  )

  it('says what to do where the CA has none', async () => {
    await expect(requireProfile(fakeCa().client(), 'classic')).rejects.toThrow(
      failure('ACME_PROFILE_NOT_OFFERED', {
        profiles: [],
        message: 'the CA has no profiles, and so not "classic"',
        hint: 'Leave the profile out.',
      }),
    )
  })

  it('takes one that is listed', async () => {
    await expect(requireProfile(fakeCa({ directory }).client(), 'classic')).resolves.toBeUndefined()
  })
})

describe('newOrder with a profile', () => {
  const order = async (options: FakeCaOptions, profile?: string) => {
    const ca = fakeCa({ directory, ...options })
    const made = newOrder(ca.client(), await knownAccount(ca), {
      identifiers,
      ...(profile !== undefined && { profile }),
    })
    return { ca, made }
  }

  it('is not sent where the CA does not list it', async () => {
    const { ca, made } = await order({}, 'longlived')
    await expect(made).rejects.toThrow(failure('ACME_PROFILE_NOT_OFFERED'))
    expect(ca.calls()).toEqual(['GET /directory'])
  })

  it('gives it back as the CA shows it, chosen by the CA where none was asked for', async () => {
    const chosen: FakeCaOptions['after'] = ({ path }, ca) => {
      if (path !== '/new-order') return undefined
      const [url = '', made] = [...ca.orders].at(-1) ?? []
      const body = { ...made, profile: 'default' }
      return { status: 201, headers: { location: url }, body }
    }
    const { made } = await order({}, 'shortlived')
    await expect(made).resolves.toHaveProperty('profile', 'shortlived')
    const { made: free } = await order({ after: chosen })
    await expect(free).resolves.toHaveProperty('profile', 'default')
    const { made: other } = await order({ after: chosen }, 'shortlived')
    await expect(other).rejects.toThrow(failure('ACME_RESPONSE_NOT_CONFORM'))
  })
})
