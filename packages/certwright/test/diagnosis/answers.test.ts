import type { Solver } from '@certwright/acme'
import { expect, it } from 'vitest'
import { withAnswers } from '../../src/diagnosis/answers.ts'

function recording(failAt = Infinity) {
  const presented: string[] = []
  const cleaned: string[] = []
  const solver: Solver = {
    type: 'http-01',
    present: ({ identifier, token }) => {
      if (presented.length >= failAt) return Promise.reject(new Error('port taken'))
      presented.push(identifier.value)
      return Promise.resolve({ name: identifier.value, token })
    },
    cleanUp: ({ name = '' }) => {
      cleaned.push(name)
      return Promise.resolve()
    },
  }
  return { solver, presented, cleaned }
}

const names = ['a.example', 'b.example'].map((value) => ({ type: 'dns', value }))

it('withdraws what it has presented where the next cannot be', async () => {
  const { solver, cleaned } = recording(1)
  await expect(withAnswers(names, solver, () => Promise.resolve())).rejects.toThrow('port taken')
  expect(cleaned).toEqual(['a.example'])
})

it('withdraws everything where the task fails', async () => {
  const { solver, cleaned } = recording()
  const task = () => Promise.reject(new Error('no'))
  await expect(withAnswers(names, solver, task)).rejects.toThrow('no')
  expect(cleaned).toEqual(['a.example', 'b.example'])
})

it('makes up another challenge for each name, of a form that every solver takes', async () => {
  const { solver } = recording()
  const works = await withAnswers(names, solver, (works) => Promise.resolve(works))
  expect(new Set(works.map(({ token }) => token)).size).toBe(2)
  for (const { token, keyAuthorization } of works) {
    expect(token).toMatch(/^[\w-]{32}$/)
    expect(keyAuthorization.startsWith(`${token}.`)).toBe(true)
  }
})
