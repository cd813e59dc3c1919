# Sourced by ./dev and the other scripts: which packages of Debian or Ubuntu a command needs, and how they get installed.
# Nothing here downloads from anywhere but the system's own apt sources.

# LLVM and BOOST in a name stand for the versions that find_versions finds. clang brings the C++ library that it takes.
# What is marked with "?" is left out where apt has none: Ubuntu's has no Chromium.
packages_build=(
  clang-LLVM lld-LLVM llvm-LLVM libclang-rt-LLVM-dev libc6-dev
  cmake ninja-build ccache pkg-config dpkg-dev ca-certificates
  libboostBOOST-dev libboost-urlBOOST-dev nlohmann-json3-dev libssl-dev libnghttp2-dev zlib1g-dev
  libsecret-1-dev libcli11-dev libspdlog-dev libfmt-dev
)
# What runs the program whole: a Secret Service of its own, and a network namespace.
packages_run=(dbus gnome-keyring libsecret-tools iproute2 util-linux procps openssl)
packages_test=(libgtest-dev libgmock-dev libvalijson-dev chromium? keepassxc libglib2.0-bin busybox cpio ruby shellcheck unzip)
packages_image=(buildah)
packages_package=(zip rpm)
# The clients of other makers (tests/clients).
packages_clients=(python3-venv)
# The Windows programs: mingw-w64's headers and C++ library for clang, its C compiler for the libraries in C.
packages_windows=(g++-mingw-w64-x86-64-posix libz-mingw-w64-dev googletest)
packages_wine=(wine wine64)
packages_check=(clang-tidy-LLVM clang-tools-LLVM clang-format-LLVM git)

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
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${@%\?}" 2>/dev/null | sed -n 's/^.i[^ ]*  *//p' || true)
  for package in "$@"; do
    grep -qx -- "${package%\?}" <<<"$installed" || echo "$package"
  done
}

# installed_versions, offered_versions PREFIX [SUFFIX]: the versions in the names of such packages, one a line.
installed_versions() {
  { dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$1*${2:-}" 2>/dev/null || true; } |
    sed -n "s/^.i[^ ]*  *$1\([0-9.]*\)${2:-}\$/\1/p"
}
offered_versions() {
  { apt-cache pkgnames "$1" 2>/dev/null || true; } | sed -n "s/^$1\([0-9.]*\)${2:-}\$/\1/p"
}

# lowest_from VERSION: the lowest of the input that is not below it.
lowest_from() { { cat && echo "$1"; } | sort -V | sed -n "0,/^$1\$/d; p; q"; }

# find_versions: sets AIC_LLVM and AIC_BOOST, also for the scripts that are started from here. All tests run with LLVM 19,
# so a newer one only serves where there is no 19. A Boost that is installed stays: apt would put another in its place.
find_versions() {
  AIC_LLVM=$(installed_versions clang- | grep -x 19 || offered_versions clang- | lowest_from 19)
  AIC_BOOST=$(installed_versions libboost-url -dev | lowest_from 1.81)
  AIC_BOOST=${AIC_BOOST:-$(offered_versions libboost-url -dev | lowest_from 1.81)}
  export AIC_LLVM AIC_BOOST
  [ -n "$AIC_LLVM" ] && [ -n "$AIC_BOOST" ]
}

# need_system: stops on a system that lacks what no package of its own can give, before anything is installed.
need_system() {
  [ -z "${AIC_LLVM:-}" ] || [ -z "${AIC_BOOST:-}" ] || return 0
  local lacks=
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    lacks="apt, which gets the compiler and the libraries"
  # The apt of a container's image knows no packages at first.
  elif ! find_versions && ! { logged as_root apt-get update -qq && find_versions; }; then
    [ -n "$AIC_LLVM" ] || lacks="clang 19 or newer"
    [ -n "$AIC_BOOST" ] || lacks+="${lacks:+ and }Boost.URL 1.81 or newer"
  fi
  [ -n "$lacks" ] || return 0
  echo "This system lacks $lacks; Debian 12, Debian 13 and Ubuntu 24.04 have what is needed. Elsewhere, build in a" \
    "container (docker build -t aic-mcp-server .) or take a prebuilt program (README.md, \"Get it\"). Nothing was installed." >&2
  exit 2
}

# need_packages PACKAGE…: installs what is missing; where it may not, says what to install and stops.
need_packages() {
  local missing wanted package
  need_system
  wanted=("${@//LLVM/$AIC_LLVM}")
  mapfile -t missing < <(missing_packages "${wanted[@]//BOOST/$AIC_BOOST}")
  for package in "${!missing[@]}"; do
    [[ ${missing[package]} == *\? ]] || continue
    missing[package]=${missing[package]%\?}
    [ -z "$(apt-cache show "${missing[package]}" 2>/dev/null)" ] || continue
    echo "apt has no ${missing[package]} here: the tests that need it are skipped" >&2
    unset "missing[package]"
  done
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
