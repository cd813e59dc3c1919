#!/usr/bin/env bash
# with_keyring.sh COMMAND…: runs it with a message bus and an unlocked Secret Service of their own, in a throw-away folder.
set -uo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The bus complains where it may not raise its limit of open files or has no systemd to start; that is of no interest here.
XDG_DATA_HOME=$folder XDG_RUNTIME_DIR=$folder dbus-run-session -- bash -c '
  eval "$(printf throw-away | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  exec "$@"' with_keyring "$@" 2> >(grep -vE "Failed to set fd limit|^dbus-daemon.*org\.freedesktop\.systemd1" >&2)
