import { behaviourList } from './behaviour.ts'

/** What a CA says when it refuses. */
export const errors = behaviourList('1.3', 'Errors', [
  [
    'takes a refusal without a problem document too, and keeps its status and the beginning of its body',
    'RFC 8555 §6.7',
    'acme/request › is one without a problem document too: %j',
  ],
  [
    'knows a type by its namespace, the old one too, and goes by the HTTP status where it knows none',
    'RFC 8555 §6.7; RFC 7807 §4.2',
    'acme/problem › knows the RFC’s prefix and the older one, and no other',
    'acme/retry › judges %s',
  ],
  [
    'shows every subproblem with its identifier, also as data',
    'RFC 8555 §6.7.1',
    'acme/problem › reads subproblems with their identifiers, one level deep',
    'certwright/cli/errors › names the identifier of every subproblem',
  ],
  [
    'says which page a person must visit and which terms are new, and agrees to nothing by itself',
    'RFC 8555 §7.3.3',
    'acme/user-action › names the page to visit and the new terms with %s',
    'acme/user-action › is never acted upon: nothing agrees by itself',
    'certwright/cli/account-agree › stop a command, which says what to visit, what to read and what to run then',
    'certwright/cli/account-agree › are never agreed to by --agree-tos',
    'acme/family › stop the account until a person has visited the page',
  ],
  [
    'makes a CA’s words harmless for terminals and shells',
    'RFC 8555 §6.7',
    'acme/problem › shows control characters in its message instead of sending them to a terminal',
    'acme/bugs/challenges › bug 22: what a CA says cannot drive a terminal (acmesh-official/acme.sh#4659)',
    'certwright/cli/trace › sends no control characters of a CA to the terminal',
  ],
  [
    'tells what passes by itself from what a person must mend, and says what to do',
    'RFC 8555 §6.7',
    'acme/retry › judges %s',
    'acme/order › gives back an order that was not ready, and tries again where it says to be',
    'acme/replacement › asks once more without where the certificate is %s',
    'acme/request › carries the problem whole, the links, the wait and a hint',
    'certwright/cli/errors › is told with its type, detail, the time to wait for and what to do',
  ],
])
