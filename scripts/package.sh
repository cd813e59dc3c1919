#!/bin/bash
# Makes all packages in build/package: .deb, tarball, .mcpb bundle, npm packages, SBOM, descriptions for catalogs,
# checksums. Called by ./dev package, which has built the program. Nothing that npm installs takes part: only tools of the
# system, npm itself among them.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-build/release/aic-mcp-server}
out=build/package
version=$("$binary" --version | sed -n 's/^aic-mcp-server //p')
machine=$(uname -m)
debian=$(dpkg --print-architecture)
name=aic-mcp-server-$version-linux-$machine
# Node's names of machines, where they differ from the kernel's.
declare -A node_machines=([x86_64]=x64 [aarch64]=arm64)
# All files carry the time of the commit, so that the same sources make the same packages.
time=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH=$time

rm -rf "$out"
mkdir -p "$out"

# The highest glibc version that the binary asks for.
glibc() { objdump -T "$binary" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1 | cut -d_ -f2; }

man_page() {
  local settings
  settings=$("$binary" --help | sed -n '/^Settings are/,/^$/s/^  \([A-Z_, ]*[A-Z_]\)\(   *\(.*\)\)\?$/.TP\n.B \1\n\3/p')
  awk -v version="$version" -v settings="$settings" \
    '$0 == "@SETTINGS@" { print settings; next } { gsub("@VERSION@", version) } 1' packaging/aic-mcp-server.1.in
}

# What every package has: the program, its licences, its parts.
documents() {
  scripts/licences.sh "$1"
  cp "$out/sbom.cdx.json" "$1/"
}

deb() {
  local root=$out/deb
  install -D -m 755 "$binary" "$root/usr/bin/aic-mcp-server"
  install -d "$root/usr/share/man/man1" "$root/DEBIAN"
  gzip -9n <"$out/aic-mcp-server.1" >"$root/usr/share/man/man1/aic-mcp-server.1.gz"
  install -D -m 644 packaging/completions/aic-mcp-server.bash "$root/usr/share/bash-completion/completions/aic-mcp-server"
  install -D -m 644 packaging/completions/_aic-mcp-server "$root/usr/share/zsh/vendor-completions/_aic-mcp-server"
  install -D -m 644 packaging/completions/aic-mcp-server.fish "$root/usr/share/fish/vendor_completions.d/aic-mcp-server.fish"
  documents "$root/usr/share/doc/aic-mcp-server"
  # Debian's name for it.
  mv "$root/usr/share/doc/aic-mcp-server/NOTICE" "$root/usr/share/doc/aic-mcp-server/copyright"
  cat >"$root/DEBIAN/control" <<END
Package: aic-mcp-server
Version: $version
Architecture: $debian
Maintainer: The aic-mcp-server authors <aic-mcp-server@example.com>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: libc6 (>= $(glibc))
Recommends: ca-certificates, libsecret-1-0
Section: net
Priority: optional
Description: MCP server for PingOne Advanced Identity Cloud
 Lets an AI assistant administer a Sandbox or Development tenant with the
 rights of the person who signs in, in a browser or by a code.
END
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  dpkg-deb --root-owner-group --build "$root" "$out/aic-mcp-server_${version}_$debian.deb" >/dev/null
}

tarball() {
  local root=$out/tarball/$name
  install -D -m 755 "$binary" "$root/aic-mcp-server"
  install -D -m 644 "$out/aic-mcp-server.1" README.md "$root/"
  install -d "$root/completions"
  cp packaging/completions/* "$root/completions/"
  documents "$root"
  tar --sort=name --mtime="@$time" --owner=0 --group=0 --numeric-owner -C "$out/tarball" -c "$name" |
    gzip -9n >"$out/$name.tar.gz"
}

bundle() {
  local root=$out/bundle
  install -D -m 755 "$binary" "$root/server/aic-mcp-server"
  install -m 755 packaging/mcpb/start.sh "$root/server/"
  install -m 644 packaging/mcpb/manifest.json "$root/"
  documents "$root/licences"
  find "$root" -exec touch --no-dereference --date "@$time" {} +
  (cd "$root" && find . -type f -printf '%P\n' | LC_ALL=C sort | TZ=UTC zip -q -9 -X -@ "../$name.mcpb")
}

# The launcher and one package for each platform that has been built here.
npm_packages() {
  local programs=("linux-${node_machines[$machine]:-$machine}=$binary")
  [ ! -f build/windows/aic-mcp-server.exe ] || programs+=(win32-x64=build/windows/aic-mcp-server.exe)
  documents "$out/npm"
  node packaging/npm/pack.mjs "$version" "$out" "$out/npm" "${programs[@]}"
}

descriptions() {
  local sum
  sum=$(sha256sum <"$out/$name.mcpb" | cut -d' ' -f1)
  sed "s/\"0\{64\}\"/\"$sum\"/" packaging/server.json >"$out/server.json"
  # Sources that are no clone have no commit: then the place for it stays as it is.
  commit=$(git rev-parse HEAD 2>/dev/null || printf '%040d' 0)
  sed "s/'0\{40\}'/'$commit'/" packaging/docker-mcp/server.yaml >"$out/server.yaml"
}

if [ -f "$(dirname "$binary")/build.ninja" ]; then scripts/third_party.sh check "$(dirname "$binary")"; fi
scripts/third_party.sh | node scripts/sbom.mjs "$version" "$binary" >"$out/sbom.cdx.json"
man_page >"$out/aic-mcp-server.1"
deb
tarball
bundle
npm_packages
descriptions
rm -rf "$out/deb" "$out/tarball" "$out/bundle" "$out/npm"
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum >SHA256SUMS)
ls -l "$out" | awk 'NF > 3 { printf "%10d  %s\n", $5, $9 }'
# A build on a newer Debian or on Ubuntu is for such systems only.
systems=
[ "$(glibc)" != 2.35 ] || systems=": Debian 12, Ubuntu 22.04, Fedora 36, RHEL 10, openSUSE Leap 16 and their successors"
echo "needs glibc $(glibc) or later$systems"
