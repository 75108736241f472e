import type { ChallengeWork, Identifier } from '@certwright/acme'

/** One challenge as a CA's authorization gives it. */
export function workFor(
  value: string,
  { token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA', wildcard = false, type = 'dns' } = {},
): ChallengeWork {
  const identifier: Identifier = { type, value }
  return {
    type: 'any',
    identifier,
    wildcard,
    token,
    keyAuthorization: `${token}.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs`,
    url: `https://ca.test/challenge/${value}`,
  }
}
