# Sourced by ./dev and the other scripts: which Debian 12 packages a command needs, and how they get installed.
# Nothing here downloads from anywhere but the system's own apt sources.

packages_build=(
  clang-19 lld-19 llvm-19 libclang-rt-19-dev libstdc++-12-dev libc6-dev
  cmake ninja-build ccache pkg-config dpkg-dev ca-certificates
  libboost1.81-dev libboost-url1.81-dev nlohmann-json3-dev libssl-dev libnghttp2-dev zlib1g-dev
  libsecret-1-dev libcli11-dev libspdlog-dev libfmt-dev
)
# What runs the program whole: a Secret Service of its own, and a network namespace.
packages_run=(dbus gnome-keyring libsecret-tools iproute2 util-linux procps openssl)
packages_test=(libgtest-dev libgmock-dev libvalijson-dev chromium keepassxc libglib2.0-bin)
packages_image=(buildah)
packages_package=(zip)
# The clients of other makers (tests/clients).
packages_clients=(python3-venv)
# The Windows programs: mingw-w64's headers and C++ library for clang, its C compiler for the libraries in C.
packages_windows=(g++-mingw-w64-x86-64-posix libz-mingw-w64-dev googletest)
packages_wine=(wine wine64)
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
  # dpkg-query fails where it doesn't know a package, and tells of the others all the same.
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^.i[^ ]*  *//p' || true)
  for package in "$@"; do
    grep -qx "$package" <<<"$installed" || echo "$package"
  done
}

# need_packages PACKAGE…: installs what is missing; where it may not, says what to install and stops.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} = 0 ] && return
  echo "installing: ${missing[*]}" >&2
  if logged install_packages "${missing[@]}"; then return; fi
  echo "could not install packages; as root, run:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
}

install_packages() {
  as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"
}

# logged COMMAND…: unattended, and quiet unless it fails.
logged() {
  local log status=0
  log=$(mktemp)
  "$@" </dev/null >"$log" 2>&1 || status=$?
  [ $status = 0 ] || tail -n 20 "$log" >&2
  rm -f "$log"
  return $status
}
