#!/usr/bin/env bash
# own_network.sh [--required] COMMAND…: runs it in a network namespace of its own, where only loopback exists and the redirect port 3000
# is free. Where the machine gives none (a plain container, user namespaces switched off) it says so and runs it on the
# machine's own loopback; AIC_REDIRECT_PORT_HELD_BY then names the program that has port 3000, if one has.
# --required: it is not run there.
set -euo pipefail
required=
if [ "$1" = --required ]; then
  required=true
  shift
fi

for namespace in "unshare --net" "unshare --net --map-root-user"; do
  if $namespace -- ip link set lo up 2>/dev/null; then
    exec $namespace -- bash -c 'ip link set lo up; exec "$@"' own_network "$@"
  fi
done

if [ -n "$required" ]; then
  echo "this needs a network namespace, and none can be had here" >&2
  exit 1
fi

# Only listeners on loopback, or on all addresses, are in the way.
holder=$(ss -Hltnp 'sport = :3000' | awk '$4 ~ /^(127\.0\.0\.1|\[::1\]|\[::ffff:127\.0\.0\.1\]|0\.0\.0\.0|\[::\]|\*)(%[^:]+)?:3000$/ {
  print match($0, /\(\("[^"]+",pid=[0-9]+/) ? substr($0, RSTART + 3, RLENGTH - 3) ")" : "a program that cannot be seen from here"; exit }' | sed "s|\",pid=| (pid |")
echo "no network namespace can be had here: running on this machine's own loopback" >&2
if [ -n "$holder" ]; then
  echo "port 3000 is in use by $holder: what needs it cannot run" >&2
  export AIC_REDIRECT_PORT_HELD_BY=$holder
fi
exec "$@"
