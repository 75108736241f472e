import { behaviourList } from './behaviour.ts'

/** Profiles, records that persist, CAA. */
export const extensions = behaviourList('1.9', 'Profiles, dns-persist-01, CAA', [
  [
    'asks for a profile only where the directory lists it, and shows the list where it does not',
    'draft-ietf-acme-profiles §4',
    'acme/profile › refuses %j with the list of those there are',
    'acme/profile › is not sent where the CA does not list it',
    'acme/family › is what the CA lists, and no other',
  ],
  [
    'gives back the profile that the CA shows, also where it chose one itself',
    'draft-ietf-acme-profiles §4',
    'acme/profile › gives it back as the CA shows it, chosen by the CA where none was asked for',
  ],
  [
    'resumes no order of another profile',
    'draft-ietf-acme-profiles §4',
    'acme/obtain › makes a new order where the old one is %s',
    'acme/bugs/accounts › more: an order of one profile is not resumed for another (go-acme/lego#3205)',
  ],
  [
    'reads a dns-persist-01 challenge in both dialects, of one to ten issuer names',
    'draft-ietf-acme-dns-persist-00, -02',
    'acme/dns-persist-01 › reads what the first drafts write',
    'acme/dns-persist-01 › reads what draft -02 writes',
    'acme/dns-persist-01 › refuses the names %j',
  ],
  [
    'names the account in such a record by its URL, or by the hash over name, thumbprint and URL',
    'draft-ietf-acme-dns-persist-02 §10.2',
    'acme/dns-persist-01 › is for %s what draft -02 §10.2 says',
    'acme/dns-persist-01 › is the same in whatever way the name is written',
    'acme/family › is issued on dns-persist-01 again and again, where the record names the %s',
  ],
  [
    'puts the record at the name without the wildcard, with policy and end where asked',
    'draft-ietf-acme-dns-persist §4',
    'acme/dns-persist-01 › stands at the name, without the wildcard',
    'acme/dns-persist-01 › is written and read: %j',
  ],
  [
    'reads such a record leniently in spelling and strictly in shape, and cuts it into strings that DNS can hold',
    'RFC 8659 §4.2; RFC 1035 §3.3',
    'acme/dns-persist-01 › is read in any case and spacing, unknown parameters passed over',
    'acme/dns-persist-01 › is not read out of %j',
    'acme/dns-persist-01 › cuts what a character-string cannot hold, and nothing else',
  ],
  [
    'has a CA to be tried with that heeds CAA: the nearest set, issuewild, accounts and methods',
    'RFC 8659; RFC 8657',
    'sandbox/validation/caa › forbids where it %s',
    'sandbox/validation/caa › allows where it %s',
    'sandbox/validation/caa › takes issuewild for a wildcard, and issue where there is none',
    'sandbox/validation/caa › is looked for above the name, the nearest first (RFC 8659 §3)',
  ],
  [
    'knows by what names CAA records know the CA',
    'RFC 8555 §7.1.1',
    'acme/directory › reads what the CA says of itself',
  ],
  [
    'tells what a CA found in DNS, CAA lookups among it, in the CA’s words',
    'RFC 8555 §6.7',
    'certwright/bugs/validation › more: over a CAA record that cannot be looked up is not called a missing TXT record (letsencrypt/boulder#1453, acmesh-official/acme.sh#5142)',
    'certwright/bugs/validation › bug 39: only at the CA is told as the CA saw it, from wherever it looked (letsencrypt/boulder#2770)',
  ],
])
