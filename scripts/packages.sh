# Sourced by ./dev and the other scripts: which Debian 12 packages a command needs, and how they get installed.
# Nothing here downloads from anywhere but the system's own apt sources.

packages_build=(
  clang-19 lld-19 llvm-19 libclang-rt-19-dev libstdc++-12-dev libc6-dev
  cmake ninja-build ccache pkg-config dpkg-dev ca-certificates
  libboost1.81-dev libboost-url1.81-dev nlohmann-json3-dev libssl-dev libnghttp2-dev zlib1g-dev
  libsecret-1-dev libcli11-dev libspdlog-dev libfmt-dev
)
packages_test=(
  libgtest-dev libgmock-dev libvalijson-dev python3
  dbus gnome-keyring libsecret-tools chromium openssl iproute2 util-linux procps
)
packages_check=(clang-tidy-19 clang-tools-19 clang-format-19 git)

# as_root COMMAND…: as it is for root, through sudo for others.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
  else
    return 1
  fi
}

# missing_packages PACKAGE…: prints those that are not installed.
missing_packages() {
  local installed package
  installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^.i[^ ]* *//p' | tr '\n' ' ') "
  for package in "$@"; do
    case "$installed" in *" $package "*) ;; *) echo "$package" ;; esac
  done
}

# need_packages PACKAGE…: installs what is missing; where it may not, says what to install and stops.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} = 0 ] && return
  echo "installing: ${missing[*]}" >&2
  if ! { as_root apt-get update -qq &&
         as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } >&2; then
    echo "could not install packages; as root, run: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
}

# need_debian_sources: apt must know Debian's source packages (deb-src). The lines are those of the binary packages.
need_debian_sources() {
  [ -n "$(apt-get indextargets --format '$(URI)' 'Created-By: Sources')" ] && return
  local lines
  lines=$(apt-get indextargets --format 'deb-src [signed-by=$(SIGNED_BY)] $(REPO_URI) $(RELEASE) main' \
    'Created-By: Packages' 'Origin: Debian' 'Component: main' | sed 's/\[signed-by=\] //' | sort -u)
  echo "adding Debian's source packages to apt's sources" >&2
  if ! { as_root tee /etc/apt/sources.list.d/debian-sources-for-aic-mcp-server.list <<<"$lines" >/dev/null &&
         as_root apt-get update -qq >&2; }; then
    printf 'apt needs deb-src lines; as root, add these to /etc/apt/sources.list.d and run apt-get update:\n%s\n' "$lines" >&2
    exit 1
  fi
}
