#!/bin/sh
# Publishes and withdraws what proves a name, as three clients ask for it:
#   acmez        present|cleanup NAME VALUE
#   dehydrated   deploy_challenge|clean_challenge DOMAIN TOKEN VALUE, and more that is not for us
#   uacme        begin|done|failed TYPE DOMAIN TOKEN VALUE
# TXT records go by RFC 2136 to DNS_PORT, signed with DNS_KEY, and answers to http-01 into the folder WEBROOT.
set -eu

txt() {
  nsupdate -y "$DNS_KEY" <<END
server 127.0.0.1 $DNS_PORT
zone $DNS_ZONE
update $1 $2 ${4:-} IN TXT "$3"
send
END
}

add() { txt add "$1" "$2" 1; }
remove() { txt delete "$1" "$2"; }

case $1 in
  present) add "$2" "$3" ;;
  cleanup) remove "$2" "$3" ;;
  # dehydrated puts answers to http-01 where they are served itself.
  deploy_challenge) [ "$CHALLENGE" = http-01 ] || add "_acme-challenge.$2" "$4" ;;
  clean_challenge) [ "$CHALLENGE" = http-01 ] || remove "_acme-challenge.$2" "$4" ;;
  begin | done | failed)
    [ "$2" = "$CHALLENGE" ] || exit 1
    case $1-$2 in
      begin-http-01) printf %s "$5" >"$WEBROOT/$4" ;;
      *-http-01) rm "$WEBROOT/$4" ;;
      begin-*) add "_acme-challenge.$3" "$5" ;;
      *) remove "_acme-challenge.$3" "$5" ;;
    esac
    ;;
esac
