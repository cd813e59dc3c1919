# Sourced: which programs of ./dev release (scripts/release.sh) packages and images take.

# Those that ./dev release makes.
release_targets=(linux-x64 linux-arm64 macos-arm64 macos-x64 windows-x64)

# The target whose programs run on this machine.
own_target() { [ "$(uname -m)" = aarch64 ] && echo linux-arm64 || echo linux-x64; }

# The commit of the sources, as cmake/commit.cmake finds it for the programs.
commit_here() { git describe --always --abbrev=12 --dirty --exclude='*' 2>/dev/null || echo unknown; }

# is_of_this_commit TARGET: its programs are there and made of these sources. Of changed sources nobody knows.
is_of_this_commit() {
  local commit
  commit=$(commit_here)
  [[ $commit != unknown && $commit != *-dirty ]] && [ "$(cat "build/artifacts/$1/commit" 2>/dev/null)" = "$commit" ]
}

# server_program TARGET: the path of the server.
server_program() {
  local ending=
  if [[ $1 = windows-* ]]; then ending=.exe; fi
  echo "build/artifacts/$1/aic-mcp-server$ending"
}
