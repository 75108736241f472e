#!/usr/bin/env node
// Called as `PROGRAM present|cleanup FQDN VALUE`: publishes a TXT value through pebble-challtestsrv.
const [action, host, value] = process.argv.slice(2)
const control = process.env['CHALLTESTSRV']
const reply = await fetch(`${control}/${action === 'present' ? 'set-txt' : 'clear-txt'}`, {
  method: 'POST',
  body: JSON.stringify({ host, value }),
})
process.exitCode = reply.ok ? 0 : 1
