import { behaviourList } from './behaviour.ts'

/** What is signed, and how. */
export const jws = behaviourList('1.2', 'Signed requests', [
  [
    'sends a flattened JWS of exactly protected, payload and signature',
    'RFC 8555 §6.2; RFC 7515 §7.2.2',
    'acme/wire › is a JWS of three members in flattened JSON, without a byte order mark or white space',
  ],
  [
    'writes base64url without padding, and reads the MAC keys of people in any form with a warning',
    'RFC 8555 §6.1',
    'acme/jws › signs without padding, in the fixed width of the curve',
    'acme/external-account-binding › reads the other forms that CAs hand out, and says how they differ',
  ],
  [
    'has alg, nonce, url and one of jwk and kid in the protected header',
    'RFC 8555 §6.2',
    'acme/jws › names the account where there is one, and never the key beside it',
    '4.1 #11',
  ],
  [
    'names the key itself only for a new account and a revocation by the certificate’s key, else the account as Location had it',
    'RFC 8555 §6.2',
    'acme/wire › names the account as it stood in Location, to the byte',
    'acme/account › makes an account, and finds it the next time',
    'acme/order › is signed by the account, or by the certificate’s key where that is given',
  ],
  [
    'shows the public members of a key and no others',
    'RFC 7517 §9.3',
    'acme/jws › leaves private members behind where a signer carries them',
    'acme/keys/jwk › leaves private and extra members behind',
  ],
  [
    'signs by the one algorithm that belongs to the key, and passes on which ones a CA would take',
    'RFC 8555 §6.2; RFC 7518 §3.1',
    'acme/jws › signs by %s what jose verifies as %s',
    'acme/keys/web-crypto-signer › signs with a fresh %s key by %s in %i octets',
    'acme/node/key-object-signer › makes a %s key that signs by %s',
    'acme/problem › leaves out what has the wrong type',
  ],
  [
    'writes an ECDSA signature as R and S side by side, never in DER',
    'RFC 7518 §3.4',
    'acme/keys/web-crypto-signer › signs with a fresh %s key by %s in %i octets',
    'acme/node/key-object-signer › keeps the width where %s has leading zeros',
    '4.1 #14',
  ],
  [
    'keeps the leading zeros of coordinates',
    'RFC 7518 §6.2.1.2',
    'acme/keys/jwk › keeps the leading zeros of coordinates',
    'acme/bugs/keys › bug 25: an account whose key has a leading zero works (smallstep/certificates#1631)',
  ],
  [
    'drops those of an RSA key’s numbers',
    'RFC 7518 §6.3.1.1',
    'acme/keys/jwk › drops the leading zeros of RSA numbers',
  ],
  [
    'takes the thumbprint over the required members alone, in their order, without white space',
    'RFC 7638 §3',
    'acme/keys/thumbprint › of the key of %s is the known one',
    'acme/keys/thumbprint › of a fresh %s key is the one that jose computes',
  ],
  [
    'reads by no payload at all and acts by an object, be it empty',
    'RFC 8555 §6.3',
    'acme/jws › tells reading from acting: no octets are not an empty object',
    'acme/account › is read by POST-as-GET',
    'acme/wire › is an empty object, once, where a challenge is responded to',
    '4.1 #19',
  ],
  [
    'signs the very URL that it asks',
    'RFC 8555 §6.4',
    'acme/wire › is used to the byte, for the request and in the JWS, however it is written',
    '4.1 #17',
  ],
  [
    'leaves the nonce out of inner JWSs and gives them the outer URL: a MAC and key identifier in one, the new key in the other',
    'RFC 8555 §7.3.4, §7.3.5',
    'acme/external-account-binding › binds a new account, by the very key and url of the request',
    'acme/external-account-binding › makes a MAC by %s',
    'acme/key-change › nests what the new key signed in what the old key signs, and asks by the new key',
  ],
  [
    'writes JSON without a byte order mark, and reads null and unknown members as nothing',
    'RFC 8259 §8.1; RFC 8555 §7.1',
    'acme/wire › is a JWS of three members in flattened JSON, without a byte order mark or white space',
    'acme/order › does with null, empty and missing members',
    'acme/robustness › ends with a certificate or an AcmeError when members are missing, null or of another type',
  ],
  [
    'cares for no sequence in a list',
    'RFC 8555 §7.1.3',
    'acme/order › compares the names as sets, whatever the case and sequence',
    'acme/obtain › gives a solver the wildcard and its base name apart',
  ],
])
