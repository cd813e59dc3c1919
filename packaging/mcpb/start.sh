#!/bin/sh
# Starts the program beside it. Some hosts unpack a bundle without the executable bit, so this file is read by sh and needs
# none, and it gives the program its own back. Where it may not, the loader runs the program without it.
program=$(dirname "$0")/aic-mcp-server
[ -x "$program" ] || chmod u+x "$program" 2>/dev/null
[ -x "$program" ] || exec "$(ls /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1 2>/dev/null)" "$program" "$@"
exec "$program" "$@"
