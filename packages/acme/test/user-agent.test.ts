import { afterEach, describe, expect, it, vi } from 'vitest'
import { userAgentOf, version } from '../src/user-agent.ts'

const own = (runtime: string): string => `certwright-acme/${version} (${runtime})`
const [major = ''] = process.versions.node.split('.')

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('userAgentOf', () => {
  it('names the caller first, where there is one', () => {
    vi.stubGlobal('navigator', { userAgent: 'Runtime/1' })
    expect(userAgentOf('shop/2.1')).toBe(`shop/2.1 ${own('Runtime/1')}`)
    expect(userAgentOf('')).toBe(own('Runtime/1'))
    expect(userAgentOf()).toBe(own('Runtime/1'))
  })

  it.each([undefined, {}, { userAgent: '' }])(
    'says Node.js and its version where the navigator is %j',
    (navigator) => {
      vi.stubGlobal('navigator', navigator)
      expect(userAgentOf()).toBe(own(`Node.js/${major}`))
    },
  )

  it('says that it does not know where it runs', () => {
    vi.stubGlobal('navigator', undefined)
    vi.stubGlobal('process', undefined)
    const told = userAgentOf()
    vi.unstubAllGlobals()
    expect(told).toBe(own('unknown'))
  })
})
