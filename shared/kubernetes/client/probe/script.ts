/** Where every probe pod serves HTTP. */
export const PROBE_PORT = 8080;

/** What every probe pod answers at `/here`: who else is at an address now does not answer this. */
export const HERE = 'shoot-dualstack-probe';

/** Addresses that one request may name: at 25 at once and 2 s each, the slowest answer takes 8 s. */
export const MOST_ADDRESSES = 100;

/**
 * The CGI script in every probe pod; needs nothing but busybox. It takes IPv4 addresses, one to a line, and answers those
 * at which a probe pod was reached. Those that were, not the others: an answer that breaks off then vouches for nothing.
 *
 * Only digits and dots ever get into a command. `PROBE_PORT` in the environment is for tests.
 */
export const REACH_SCRIPT = `#!/bin/sh
port=\${PROBE_PORT:-${PROBE_PORT}}
at_once=25

reach() {
  found=$(timeout 3 wget -q -T 2 -O - "http://$1:$port/here" 2>/dev/null)
  if [ "$found" = "${HERE}" ]; then echo "$1"; fi
}

printf 'Content-Type: text/plain\\r\\n\\r\\n'
started=0
while read -r address || [ -n "$address" ]; do
  case $address in
    '' | *[!0-9.]*) continue ;;
  esac
  reach "$address" &
  started=$((started + 1))
  if [ "$started" -ge "$at_once" ]; then
    wait
    started=0
  fi
done
wait
`;
