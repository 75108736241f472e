import type { CaContext } from './context.ts'
import {
  identifierKey,
  readEntries,
  readIdentifier,
  type Identifier,
  type IdentifierEntry,
} from './identifiers.ts'
import { AcmeProblem, malformed, problemUrn, type ProblemDocument } from './problem.ts'
import { checkPublicAddress, checkPublicName, refuseRedundant } from './public-names.ts'
import type { PublicSuffixes } from './public-suffixes.ts'

type Subproblem = ProblemDocument & { readonly identifier: IdentifierEntry }

/**
 * The identifiers of a newOrder request, in one form and each once, by the rules in force. A public CA
 * says of every one that it refuses why.
 */
export function orderedIdentifiers(
  { knobs }: CaContext,
  value: unknown,
  suffixes: PublicSuffixes | undefined,
): readonly Identifier[] {
  const { noRedundantNames, publicAddresses, publicNames } = knobs.rules
  const found = new Map<string, Identifier>()
  const refused: Subproblem[] = []
  for (const entry of readEntries(value)) {
    try {
      const identifier = readIdentifier(entry)
      if (publicNames && suffixes) checkName(identifier, suffixes)
      if (publicAddresses) checkAddress(identifier, entry)
      found.set(identifierKey(identifier), identifier)
    } catch (error) {
      if (!(error instanceof AcmeProblem) || !(publicNames || publicAddresses)) throw error
      refused.push({ ...error.document, identifier: entry })
    }
  }
  refuse(refused)
  const identifiers = [...found.values()]
  if (identifiers.length > knobs.maxIdentifiers) {
    throw malformed(`the order names more than ${knobs.maxIdentifiers} identifiers`)
  }
  if (noRedundantNames) refuseRedundant(identifiers)
  return identifiers
}

function checkName(identifier: Identifier, suffixes: PublicSuffixes): void {
  if (identifier.type === 'dns') checkPublicName(identifier, suffixes)
}

function checkAddress(identifier: Identifier, { value }: IdentifierEntry): void {
  if (identifier.type === 'ip') checkPublicAddress(identifier, value)
}

/** One refusal is the answer; several are its subproblems, each with a type of its own. */
function refuse(refused: readonly Subproblem[]): void {
  const [first, ...more] = refused
  if (first === undefined) return
  const what = `the CA cannot issue for ${first.identifier.value}: ${first.detail}`
  if (more.length === 0) throw new AcmeProblem('rejectedIdentifier', what)
  throw new AcmeProblem('rejectedIdentifier', `${what}, and ${more.length} more`, {
    extra: { subproblems: refused.map((one) => ({ ...one, type: problemUrn(one.type) })) },
  })
}
