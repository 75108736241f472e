import { decodeBase64url } from './base64url.ts'
import { thumbprint, type PublicJwk } from './account-key.ts'
import type { CaContext } from './context.ts'

const moduli = [2048, 3072, 4096]
const curves = ['P-256', 'P-384']
const exponent = 65_537n
/** Baseline Requirements §6.1.6: "have no factors smaller than 752". */
const smallest = 752
/** Baseline Requirements §6.1.1.3: at least 100 rounds. */
const fermatRounds = 110

/** Why a key may not be used, for an account or in a certificate; `undefined` where it may. */
export function keyComplaint({ knobs, records }: CaContext, jwk: PublicJwk): string | undefined {
  if (!knobs.rules.keyPolicy) return undefined
  const print = thumbprint(jwk)
  if (records.blockedKeys.has(print) || knobs.blockedKeys.includes(print)) {
    return 'the key is blocked'
  }
  if (jwk.kty === 'RSA') return rsaComplaint(jwk)
  const { crv = 'none' } = jwk
  return curves.includes(crv) ? undefined : `a key on ${crv} is not on ${curves.join(' or ')}`
}

function rsaComplaint({ n, e }: PublicJwk): string | undefined {
  const modulus = numberOf(n)
  const bits = modulus.toString(2).length
  if (!moduli.includes(bits)) return `an RSA key of ${bits} bits is not one of ${moduli.join(', ')}`
  if (numberOf(e) !== exponent) return 'the exponent of the RSA key is not 65537'
  const factor = smallPrimes.find((prime) => modulus % prime === 0n)
  if (factor !== undefined) return `the RSA modulus has the factor ${factor}`
  if (isRoca(modulus)) return 'the RSA key was made by a library whose keys can be factored (ROCA)'
  if (hasClosePrimes(modulus)) return 'the primes of the RSA key are close to each other'
  return undefined
}

function numberOf(text = ''): bigint {
  const octets = Buffer.from(decodeBase64url(text) ?? [])
  return octets.length === 0 ? 0n : BigInt(`0x${octets.toString('hex')}`)
}

const smallPrimes = primesBelow(smallest)

function primesBelow(limit: number): readonly bigint[] {
  const primes: number[] = []
  for (let number = 2; number < limit; number++) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number)
  }
  return primes.map(BigInt)
}

/**
 * Keys of the flawed library have primes that are powers of 65537 modulo many small primes, and so
 * have their products. For each of these small primes, those powers. (Nemec et al., "The Return of
 * Coppersmith's Attack", §2.)
 */
const fingerprint = smallPrimes
  .filter((prime) => prime > 2n && prime <= 167n)
  .map((prime) => ({ prime, powers: powersOf(exponent, prime) }))
  // Where the powers are all numbers but zero, they tell nothing.
  .filter(({ prime, powers }) => BigInt(powers.size) < prime - 1n)

function powersOf(base: bigint, prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>()
  for (let power = 1n; !powers.has(power); power = (power * base) % prime) powers.add(power)
  return powers
}

function isRoca(modulus: bigint): boolean {
  return fingerprint.every(({ prime, powers }) => powers.has(modulus % prime))
}

/** Fermat's method: n = a² − b² is found at once where a is little more than √n. */
function hasClosePrimes(modulus: bigint): boolean {
  let a = squareRoot(modulus) + 1n
  for (let round = 0; round < fermatRounds; round++, a++) {
    const rest = a * a - modulus
    const b = squareRoot(rest)
    if (b * b === rest) return true
  }
  return false
}

/** The whole part of the root, by Newton's method. */
function squareRoot(square: bigint): bigint {
  if (square < 2n) return square
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
