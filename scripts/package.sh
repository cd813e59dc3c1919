#!/bin/bash
# package.sh [PROGRAM]: makes all packages in build/package: .deb, .rpm, tarballs, zip, .mcpb bundle, npm packages, SBOMs,
# descriptions for catalogs and package managers, checksums. They have the programs of ./dev release that are of this commit,
# and for this machine else PROGRAM, which ./dev package has built. Nothing that npm installs takes part: only tools of the
# system, npm itself among them.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/artifacts.sh
out=build/package
work=$out/work
llvm=${AIC_LLVM:-19}
# All files carry the time of the commit, so that the same sources make the same packages.
time=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH=$time
rm -rf "$out"
mkdir -p "$work"

# What is packed: each target's program, and the folder with its licences and the list of its parts.
targets=()
declare -A programs documents
own=$(own_target)
for target in "${release_targets[@]}"; do
  is_current=$(is_of_this_commit "$target" && echo yes || echo no)
  [ $is_current = yes ] || [ ! -d "build/artifacts/$target" ] || echo "not of this commit, and not packed: build/artifacts/$target" >&2
  if [ $is_current = yes ]; then
    programs[$target]=$(server_program "$target")
    documents[$target]=$work/documents/$target
    mkdir -p "${documents[$target]}"
    (cd "build/artifacts/$target" && cp -r LICENSE NOTICE third-party sbom.cdx.json "$OLDPWD/${documents[$target]}/")
  elif [ "$target" = "$own" ]; then
    programs[$target]=${1:-build/release/aic-mcp-server}
    documents[$target]=$work/documents/$target
  else
    continue
  fi
  targets+=("$target")
done
binary=${programs[$own]}
version=$("$binary" --version | sed -n 's/^aic-mcp-server //p')
if [ ! -d "${documents[$own]}" ]; then
  mkdir -p "${documents[$own]}"
  if [ -f "$(dirname "$binary")/build.ninja" ]; then scripts/third_party.sh check "$(dirname "$binary")"; fi
  scripts/licences.sh "${documents[$own]}"
  scripts/third_party.sh | node scripts/sbom.mjs "$version" "$binary" >"${documents[$own]}/sbom.cdx.json"
fi

has() { [ -n "${programs[$1]:-}" ]; }
package_name() { echo "aic-mcp-server-$version-$1"; }

# The highest glibc version that a program asks for.
glibc() { "llvm-objdump-$llvm" -T "${programs[$1]}" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1 | cut -d_ -f2; }

man_page() {
  local settings
  settings=$("$binary" --help | sed -n '/^Settings are/,/^$/s/^  \([A-Z_, ]*[A-Z_]\)\(   *\(.*\)\)\?$/.TP\n.B \1\n\3/p')
  awk -v version="$version" -v settings="$settings" \
    '$0 == "@SETTINGS@" { print settings; next } { gsub("@VERSION@", version) } 1' packaging/aic-mcp-server.1.in
}

# unix_root TARGET FOLDER ZSH: what Linux distributions have in common; ZSH is where completions for zsh are.
unix_root() {
  local share=$2/usr/share
  install -D -m 755 "${programs[$1]}" "$2/usr/bin/aic-mcp-server"
  install -d "$share/man/man1" "$share/doc"
  gzip -9n <"$out/aic-mcp-server.1" >"$share/man/man1/aic-mcp-server.1.gz"
  install -D -m 644 packaging/completions/aic-mcp-server.bash "$share/bash-completion/completions/aic-mcp-server"
  install -D -m 644 packaging/completions/_aic-mcp-server "$share/zsh/$3/_aic-mcp-server"
  install -D -m 644 packaging/completions/aic-mcp-server.fish "$share/fish/vendor_completions.d/aic-mcp-server.fish"
  cp -r "${documents[$1]}" "$share/doc/aic-mcp-server"
}

# deb TARGET ARCHITECTURE
deb() {
  local root=$work/deb-$2
  unix_root "$1" "$root" vendor-completions
  # Debian's name for it.
  mv "$root/usr/share/doc/aic-mcp-server/NOTICE" "$root/usr/share/doc/aic-mcp-server/copyright"
  install -d "$root/DEBIAN"
  cat >"$root/DEBIAN/control" <<END
Package: aic-mcp-server
Version: $version
Architecture: $2
Maintainer: The aic-mcp-server authors <aic-mcp-server@example.com>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: libc6 (>= $(glibc "$1"))
Recommends: ca-certificates, libsecret-1-0
Section: net
Priority: optional
Description: MCP server for PingOne Advanced Identity Cloud
 Lets an AI assistant administer a Sandbox or Development tenant with the
 rights of the person who signs in, in a browser or by a code.
END
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  dpkg-deb --root-owner-group --build "$root" "$out/aic-mcp-server_${version}_$2.deb" >/dev/null
}

# rpm TARGET ARCHITECTURE. rpmbuild copies what is there; it neither compiles nor strips, nor looks for dependencies.
rpm() {
  local root=$PWD/$work/rpm-$2 spec=$work/rpm-$2.spec
  unix_root "$1" "$root" site-functions
  install -d "$root/usr/share/licenses"
  mv "$root/usr/share/doc/aic-mcp-server" "$root/usr/share/licenses/"
  sed "s/@VERSION@/$version/; s/@GLIBC@/$(glibc "$1")/" packaging/rpm/aic-mcp-server.spec.in >"$spec"
  rpmbuild --quiet -bb --target "$2-linux" --buildroot "$PWD/$work/rpm-build-$2" \
    --define "_topdir $PWD/$work/rpm" --define "_rpmdir $PWD/$out" --define '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' \
    --define "aic_root $root" "$spec" >/dev/null
}

# folder TARGET: what a tarball or zip has; prints its name.
folder() {
  local root=$work/tarball/$(package_name "$1")
  install -D -m 755 -t "$root" "${programs[$1]}"
  install -m 644 README.md "$root/"
  cp -r "${documents[$1]}"/. "$root/"
  if [[ $1 != windows-* ]]; then
    install -m 644 "$out/aic-mcp-server.1" "$root/"
    install -d "$root/completions"
    cp packaging/completions/* "$root/completions/"
  fi
  package_name "$1"
}

tarball() {
  local name
  name=$(folder "$1")
  tar --sort=name --mtime="@$time" --owner=0 --group=0 --numeric-owner -C "$work/tarball" -c "$name" |
    gzip -9n >"$out/$name.tar.gz"
}

# zip_folder FOLDER FILE: what is in FOLDER.
zip_folder() {
  find "$1" -exec touch --no-dereference --date "@$time" {} +
  (cd "$1" && find . -type f -printf '%P\n' | LC_ALL=C sort | TZ=UTC zip -q -9 -X -@ "$2")
}

zip_file() {
  local name
  name=$(folder "$1")
  zip_folder "$work/tarball" "$PWD/$out/$name.zip"
}

# One bundle for all, whose start.sh chooses; Windows has no sh.
bundle() {
  local root=$work/bundle target
  for target in "${targets[@]}"; do
    install -D -m 755 -t "$root/server/$target" "${programs[$target]}"
    mkdir -p "$root/licences"
    cp -r "${documents[$target]}" "$root/licences/$target"
  done
  sed "s/@GLIBC@/$(glibc "$own")/" packaging/mcpb/start.sh >"$root/server/start.sh"
  chmod 755 "$root/server/start.sh"
  node packaging/mcpb/manifest.mjs packaging/mcpb/manifest.json "${targets[@]}" >"$root/manifest.json"
  zip_folder "$root" "$PWD/$out/aic-mcp-server-$version.mcpb"
}

# The launcher and one package for each platform.
npm_packages() {
  local target words=()
  for target in "${targets[@]}"; do words+=("$target" "${programs[$target]}" "${documents[$target]}"); done
  node packaging/npm/pack.mjs "$version" "$(glibc "$own")" "$out" "${words[@]}"
}

sum() { sha256sum <"$out/$1" | cut -d' ' -f1; }

# fill TEMPLATE FILE TARGET…: with the version and the checksums of the archives, which exist for all of TARGETs.
fill() {
  local from=$1 to=$out/$2 target archive words=(-e "s/@VERSION@/$version/g")
  shift 2
  for target in "$@"; do
    has "$target" || return 0
    archive=$(package_name "$target").tar.gz
    if [[ $target = windows-* ]]; then archive=$(package_name "$target").zip; fi
    words+=(-e "s/@SHA256-$target@/$(sum "$archive")/g")
  done
  sed "${words[@]}" "$from" >"$to"
}

descriptions() {
  local file
  sed "s/\"0\{64\}\"/\"$(sum "aic-mcp-server-$version.mcpb")\"/" packaging/server.json >"$out/server.json"
  # Sources that are no clone have no commit: then the place for it stays as it is.
  commit=$(git rev-parse HEAD 2>/dev/null || printf '%040d' 0)
  sed "s/'0\{40\}'/'$commit'/" packaging/docker-mcp/server.yaml >"$out/server.yaml"
  install -m 755 packaging/install.sh "$out/"
  fill packaging/homebrew/aic-mcp-server.rb aic-mcp-server.rb macos-arm64 macos-x64 linux-arm64 linux-x64
  fill packaging/scoop/aic-mcp-server.json scoop.json windows-x64
  for file in packaging/winget/*.yaml; do fill "$file" "$(basename "$file")" windows-x64; done
}

man_page >"$out/aic-mcp-server.1"
for target in "${targets[@]}"; do
  cp "${documents[$target]}/sbom.cdx.json" "$out/$(package_name "$target").cdx.json"
  case $target in
    linux-x64) deb "$target" amd64 && rpm "$target" x86_64 ;;
    linux-arm64) deb "$target" arm64 && rpm "$target" aarch64 ;;
  esac
  if [[ $target = windows-* ]]; then zip_file "$target"; else tarball "$target"; fi
  rm -rf "$work/tarball"
done
bundle
npm_packages
descriptions
rm -rf "$work"
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
ls -l "$out" | awk 'NF > 3 { printf "%10d  %s\n", $5, $9 }'
for target in "${targets[@]}"; do
  [[ $target != linux-* ]] || echo "$target needs glibc $(glibc "$target") or later"
done
# A build on a newer Debian or on Ubuntu is for such systems only.
[ "$(glibc "$own")" != 2.35 ] || echo "that is Debian 12, Ubuntu 22.04, Fedora 36, RHEL 10, openSUSE Leap 16 and their successors"
