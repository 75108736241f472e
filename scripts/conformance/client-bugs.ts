/** A mistake that a client of somebody's has made, and that ours must not make. */
export interface ClientBug {
  /** In the order of our list; `more` for those that came to it later. */
  readonly number: number | 'more'
  /** What its users saw. */
  readonly symptom: string
  /** Where it was reported: `owner/repository#number`. */
  readonly threads: readonly string[]
}

const bug = (number: number, symptom: string, threads: string): ClientBug => ({
  number,
  symptom,
  threads: threads.split(' '),
})

const more = (symptom: string, threads: string): ClientBug => ({
  number: 'more',
  symptom,
  threads: threads.split(' '),
})

/** Forty bugs of other clients, and some more: each has a test that fails when it is put into ours. */
export const clientBugs: readonly ClientBug[] = [
  bug(1, 'a retry sends the same bytes and is refused', 'publishlab/node-acme-client#103'),
  bug(
    2,
    'one refused nonce ends the run',
    'certbot/certbot#2244 acmephp/acmephp#211 hlandau/acmetool#255 fszlin/certes#222',
  ),
  bug(3, 'nonces die while DNS is waited for', 'sorah/acmesmith#26 caddyserver/caddy#484'),
  bug(
    4,
    'failed orders leave authorizations pending until a limit is hit',
    'go-acme/lego#383 go-acme/lego#353 acmesh-official/acme.sh#663 publishlab/node-acme-client#52',
  ),
  bug(5, 'cleaning up gives valid authorizations away', 'go-acme/lego#996'),
  bug(
    6,
    'a renewal is blocked by its own earlier order',
    'go-acme/lego#2474 rmbolger/Posh-ACME#560 srvrco/getssl#908 simple-acme/simple-acme#90',
  ),
  bug(7, 'another account’s certificate blocks the renewal', 'go-acme/lego#2789 go-acme/lego#3189'),
  bug(
    8,
    'a predecessor that the CA does not know blocks the renewal',
    'go-acme/lego#2137 win-acme/win-acme#2791 letsencrypt/boulder#7889',
  ),
  bug(9, 'renewal information is asked for many times a second', 'caddyserver/certmagic#297'),
  bug(
    10,
    'renewal information is asked for after the end',
    'certbot/certbot#10308 certbot/certbot#10317',
  ),
  bug(11, 'a failure of renewal information stops the renewal', 'certbot/certbot#10374'),
  bug(
    12,
    'Retry-After as a date is not understood',
    'go-acme/lego#2829 acmesh-official/acme.sh#4543',
  ),
  bug(
    13,
    'Retry-After is slept through for days, or passed over',
    'mholt/acmez#14 acmesh-official/acme.sh#7201 acmesh-official/acme.sh#5293',
  ),
  bug(
    14,
    'an order in processing is polled for ever',
    'acmesh-official/acme.sh#6103 acmesh-official/acme.sh#5233 acmesh-official/acme.sh#3763',
  ),
  bug(
    15,
    'polling breaks without a Location',
    'icing/mod_md#216 kelunik/acme#40 unixcharles/acme-client#250 letsencrypt/boulder#8197',
  ),
  bug(
    16,
    'a wildcard and its base name overwrite each other in DNS',
    'dehydrated-io/dehydrated#487 acmesh-official/acme.sh#3036 certbot/certbot#6496',
  ),
  bug(
    17,
    'another validation’s record is deleted',
    'dehydrated-io/dehydrated#539 acmesh-official/acme.sh#3693',
  ),
  bug(
    18,
    'records pile up in DNS',
    'gotempsh/temps#182 acmesh-official/acme.sh#5106 caddy-dns/namecheap#15',
  ),
  bug(
    19,
    'a delegated challenge name is not followed, or a zone guessed',
    'go-acme/lego#1816 go-acme/lego#1800 go-acme/lego#1932 go-acme/lego#1710',
  ),
  bug(
    20,
    'DNS is called ready that the CA does not see',
    'go-acme/lego#2988 go-acme/lego#1777 go-acme/lego#1406 caddyserver/certmagic#219',
  ),
  bug(
    21,
    'long names cannot be certified',
    'certbot/certbot#1915 go-acme/lego#2049 cert-manager/cert-manager#1812 acmesh-official/acme.sh#2824',
  ),
  bug(22, 'a CA’s words are executed', 'acmesh-official/acme.sh#4659'),
  bug(23, 'a token writes outside its folder', 'ndilieto/uacme#64'),
  bug(
    24,
    'an external account cannot be bound, or is bound twice',
    'mholt/acmez#28 cert-manager/cert-manager#2897 cert-manager/cert-manager#2882 certbot/certbot#8944 acmephp/acmephp#212',
  ),
  bug(
    25,
    'one account in 128 does not work',
    'unixcharles/acme-client#199 certbot/josepy#91 smallstep/certificates#1631',
  ),
  bug(
    26,
    'the media type of a POST is refused',
    'letsencrypt/boulder#3603 certbot/certbot#5684 srvrco/getssl#389',
  ),
  bug(
    27,
    'a challenge of a new type crashes the client',
    'm-barthelemy/AcmeSwift#22 djc/instant-acme#265 letsencrypt/boulder#8708',
  ),
  bug(
    28,
    'a member that is null or missing crashes the client',
    'ansible-collections/community.crypto#1075 win-acme/win-acme#2570',
  ),
  bug(29, 'certificate and key do not match', 'candango/automatoes#159 icing/mod_md#259'),
  bug(
    30,
    'a failed renewal breaks the site that is up',
    'nginx/njs-acme#52 acmesh-official/acme.sh#6621 acmesh-official/acme.sh#2119',
  ),
  bug(31, 'a valid certificate is replaced by an expired one', 'certbot/certbot#10655'),
  bug(
    32,
    'files that were copied or restored are never renewed again',
    'fabriziosalmi/certmate#410 bunkerity/bunkerweb#3324 certbot/certbot#6058',
  ),
  bug(
    33,
    'a lock outlives a power cut, or does not lock',
    'caddyserver/caddy#4448 certbot/certbot#933',
  ),
  bug(
    34,
    'every start orders a certificate',
    'acme-dns/acme-dns#249 foomo/simplecert#19 yusing/godoxy#124',
  ),
  bug(
    35,
    'short-lived certificates are renewed in a loop',
    'hlandau/acmetool#354 opnsense/plugins#3479 cert-manager/cert-manager#3603 cert-manager/cert-manager#3990',
  ),
  bug(
    36,
    'the preferred chain is not found, or a wrong one is',
    'fszlin/certes#277 acmesh-official/acme.sh#3663 cert-manager/cert-manager#4413',
  ),
  bug(
    37,
    'revoking blocks a key that is good',
    'acmesh-official/acme.sh#4606 letsencrypt/boulder#5662',
  ),
  bug(
    38,
    'tls-alpn-01 shows a certificate that does not count',
    'fffonion/lua-resty-acme#48 icing/mod_md#377 acmesh-official/acme.sh#3652',
  ),
  bug(
    39,
    'http-01 fails at the CA alone, or at the client alone',
    'letsencrypt/boulder#2770 cert-manager/cert-manager#863 cert-manager/cert-manager#656 nginx/nginx-acme#29',
  ),
  bug(
    40,
    'an account that the CA has lost is used for ever',
    'caddyserver/certmagic#269 vancluever/terraform-provider-acme#9 smallstep/certificates#1472',
  ),
  more('international names are refused', 'certbot/certbot#3614 certbot/certbot#2928'),
  more('an update wipes the contacts', 'cert-manager/cert-manager#3169'),
  more('the inner JWS of a key change has a nonce', 'acmesh-official/acme.sh#7080'),
  more('a CA without key changes is not recognised', 'smallstep/certificates#209'),
  more('another profile does not issue anew', 'go-acme/lego#3205'),
  more('must-staple is asked for where nobody takes it', 'acmesh-official/acme.sh#6348'),
  more('two certificates share one order', 'cert-manager/cert-manager#8960'),
  more('everything is renewed at the same moment', 'auto-ssl/lua-resty-auto-ssl#217'),
  more('the record of dns-persist-01 stands at a wildcard', 'acmesh-official/acme.sh#7191'),
  more(
    'a CAA lookup that fails is called a missing TXT record',
    'letsencrypt/boulder#1453 acmesh-official/acme.sh#5142',
  ),
  more('a CA does not compare the key of a binding', 'PeculiarVentures/acme-ts#48'),
]
