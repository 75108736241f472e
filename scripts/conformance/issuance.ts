import { behaviourList } from './behaviour.ts'

/** From a ready order to files. */
export const finalize = behaviourList('1.6', 'Finalize and certificate', [
  [
    'finalizes an order that is ready, and reads it again where it was not',
    'RFC 8555 §7.4',
    'acme/order › gives back an order that was not ready, and tries again where it says to be',
    'acme/obtain › takes an order that begins as %s',
  ],
  [
    'asks by a signed CSR for the order’s identifiers, all and no others',
    'RFC 8555 §7.4; RFC 2986',
    'acme/der/csr › asks for the identifiers in their order and nothing else, with an empty subject',
    'acme/der/csr › with a key of %s names its algorithm and its signature verifies',
    '4.1 #62',
  ],
  [
    'leaves the subject empty, or names one of the DNS names of 64 characters at most',
    'RFC 5280 §4.1.2.6, §A.1',
    'acme/der/csr › asks for the identifiers in their order and nothing else, with an empty subject',
    'acme/der/csr › puts a common name in the subject where one is asked for',
    'acme/der/csr › takes %s for the caller’s mistake',
  ],
  [
    'asks for no e-mail name, no URI and no must-staple',
    'RFC 8555 §7.4',
    'acme/bugs/names › more: nothing but the names is asked for, must-staple least of all (acmesh-official/acme.sh#6348)',
    'acme/der/csr › refuses an identifier %s',
  ],
  [
    'takes a key that is not an account’s, and a new one for each certificate unless told otherwise',
    'RFC 8555 §11.1',
    'acme/order › refuses a CSR for the account key',
    'certwright/cli/life › renews one now with --force, with a new key',
  ],
  [
    'says what is wrong with a CSR; the order stays ready for another',
    'RFC 8555 §7.4',
    'acme/order › passes on what is wrong with the CSR',
    '4.1 #61',
  ],
  [
    'keeps the private key with its order before it finalizes, and never pairs another’s certificate with it',
    'RFC 8555 §7.4',
    'certwright/bugs/orders › bug 29: that an earlier run finalized is finished with the key of that run (candango/automatoes#159, icing/mod_md#259)',
    'certwright/bugs/orders › more: that another certificate of the same names has finalized gives neither the other’s pair (cert-manager/cert-manager#8960)',
    'certwright/crash/crash › is resumed, when it was the first issue',
  ],
  [
    'polls the order by the URL that it has, and names it where it is not done in time',
    'RFC 8555 §7.4',
    'acme/order › does without Location, and reads the order where the reply is none',
    'acme/obtain › misses its deadline with an error that names the order, and leaves it to be resumed',
    'acme/obtain › says what the CA has against an order that fails while it is processed',
  ],
  [
    'downloads by POST-as-GET, says what it accepts, and asks again for a body that is not whole',
    'RFC 8555 §7.4.2',
    'acme/order › normalises the chain and lists the others',
    'acme/order › asks again for a body that is empty or stops short, but not for ever',
  ],
  [
    'takes certificates and nothing else, in any line ends, and writes them in one form',
    'RFC 8555 §9.1, §11.4; RFC 7468',
    'acme/order › refuses anything but certificates',
    'acme/der/chain › refuses %s',
    'acme/der/chain › normalises to LF without blank lines and one final newline',
    'acme/der/pem › reads blocks with text and blank lines around them and %s',
  ],
  [
    'proves key, names, dates, purpose and chain before it installs anything',
    'RFC 5280 §6',
    'certwright/x509/verify-bundle › where the key is not the leaf’s, of the same kind or another',
    'certwright/x509/verify-bundle › where a name is missing, is too much, or is only covered by a wildcard',
    'certwright/x509/verify-bundle › before its time, but for what clocks may differ',
    'certwright/x509/verify-bundle › where it is for clients alone',
    'certwright/x509/verify-bundle › where a link is missing, reversed, or stands twice',
  ],
  [
    'chooses among alternate chains by the topmost certificate, and takes the usual one where none fits',
    'RFC 8555 §7.4.2',
    'acme/preferred-chain › goes by the common name of the issuer of the topmost certificate',
    'acme/preferred-chain › does not go by names further down, parts of names or other cases',
    'acme/preferred-chain › goes by the fingerprint of the topmost certificate, in any spelling of hex',
    'acme/preferred-chain › takes the default chain, and says so, where none is found',
    'acme/family › ends at each of the roots as asked, and at the usual one for a name that none has',
  ],
  [
    'keeps where a version came from: its order and its certificate',
    'RFC 8555 §7.4.2',
    'certwright/store/store-suite › gives versions back as they were added, oldest first',
  ],
  [
    'can ask for renewal information as soon as it has a certificate',
    'RFC 9773 §4.3',
    'acme/family › has a window that moves when the CA says so, with its reason',
    'acme/family › is named alike by client and CA, whatever its serial number begins with',
  ],
  [
    'tells whether a CA has taken replaces, by what it gives back',
    'RFC 9773 §5',
    'acme/replacement › asks once where the CA takes it',
    'acme/replacement › tells when the CA passes over it',
  ],
])

/** Taking a certificate back. */
export const revocation = behaviourList('1.7', 'Revocation', [
  [
    'gives one of the reasons that there are, or none',
    'RFC 8555 §7.6; RFC 5280 §5.3.1',
    'acme/order › knows no reason %d',
    '4.1 #66',
  ],
  [
    'revokes by the account; by the certificate’s key only where that is given',
    'RFC 8555 §7.6',
    'acme/order › is signed by the account, or by the certificate’s key where that is given',
    'certwright/bugs/revocation › bug 37: for %s is signed by the account, never by the key of the certificate (acmesh-official/acme.sh#4606)',
  ],
  [
    'takes a certificate that was revoked before for revoked',
    'RFC 8555 §7.6',
    'acme/order › is done where the certificate was revoked already',
    'acme/order › passes on every other refusal',
  ],
  [
    'issues with another key after a key was compromised',
    'RFC 8555 §7.6',
    'certwright/bugs/revocation › bug 37: is followed by another key, as the old one may be blocked (letsencrypt/boulder#5662)',
  ],
  [
    'notes a revocation for good, and renews what is revoked',
    'RFC 5280 §5',
    'certwright/cli/life › revokes the current version for the reason given, and says how to replace it',
    'certwright/store/store-suite › records a revocation, and the later one where there are two',
    'sandbox/ca/renewal-info › suggests the past for what is revoked',
  ],
])

/** When to renew: RFC 9773. */
export const renewalInformation = behaviourList('1.8', 'Renewal information', [
  [
    'names a certificate by its issuer’s key and its serial number, a leading zero included',
    'RFC 9773 §4.1',
    'acme/renewal-info › keeps the leading zero of the serial number (RFC 9773 §4.1, Appendix A)',
    'acme/family › is named alike by client and CA, whatever its serial number begins with',
  ],
  [
    'asks unsigned, at the endpoint and the name',
    'RFC 9773 §4.1',
    'acme/renewal-info › asks without a signature, at the URL and the name, with one slash between',
  ],
  [
    'reads the window in any form of RFC 3339, the page that explains it, and the next poll within a minute and a day',
    'RFC 9773 §4.2, §4.3',
    'acme/renewal-info › reads the window in any form of RFC 3339, and the page that explains it',
    'acme/renewal-info › takes the Retry-After %j for %i ms',
    'acme/renewal-info › sends nobody to %j',
  ],
  [
    'refuses a window without length, and asks again in six hours',
    'RFC 9773 §4.2',
    'acme/renewal-info › getRenewalInfo › refuses %j',
    'acme/renewal-info › waits six hours after %s',
  ],
  [
    'draws one moment of a window, uniformly, and the same again for the same draw',
    'RFC 9773 §4.2',
    'acme/renewal-info › is in the window, the same for the same draw',
    'acme/renewal-info › spreads over the whole window',
  ],
  [
    'tells passing failures from lasting ones; none stops a renewal',
    'RFC 9773 §4.3.3',
    'acme/renewal-info › waits ever longer after %s, but not too often',
    'acme/renewal-info › waits six hours after %s',
    'acme/renewal-info › judges what getRenewalInfo really throws',
    'acme/bugs/renewal-info › bug 11: a CA that %s gives an error of the protocol, to be judged, and nothing else (certbot/certbot#10374)',
  ],
  [
    'asks nothing of a certificate that has expired',
    'RFC 9773 §4.3',
    'acme/renewal-info › never asks once the certificate has expired',
  ],
  [
    'says what it replaces where the CA knows of such, and orders without it where it is refused',
    'RFC 9773 §5',
    'acme/replacement › does not send it to a CA without renewal information',
    'acme/replacement › asks once more without where the certificate is %s',
    'acme/replacement › gets one all the same where the CA refuses to replace, and tells why',
    'acme/family › is issued in place of one %s',
  ],
  [
    'resumes the order of a run that died instead of replacing again',
    'RFC 9773 §5',
    'acme/bugs/replacement › bug 6: a run that died goes on with its order instead of asking to replace once more',
  ],
  [
    'keeps replaces, and with it the exemption from limits, through lost connections and servers in trouble',
    'RFC 9773 §5',
    'acme/replacement › keeps it through a lost connection and a server in trouble',
  ],
  [
    'takes any window: far ahead, past, of a second',
    'RFC 9773 §4.2',
    'acme/family › has a window that moves when the CA says so, with its reason',
    'sandbox/ca/renewal-info › suggests the time about a third of the lifetime before its end',
    'sandbox/ca/renewal-info › suggests the past for what is revoked',
  ],
])
