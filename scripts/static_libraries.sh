# Sourced by the scripts that build static libraries for other systems from Debian's source packages. Such a script sets
#   label            what they are for, in words
#   apt_name         the name of apt's state (debian_source.sh)
#   out              where they go
#   packages         package and start of its version, a word each
#   shared_headers   names of headers that are the same for every system: /usr/include as a whole would bring this one's
#                    C library
#   cmake_options    for each library that CMake builds
# and the functions
#   built_as VERSIONS   prints all that a build depends on
#   patch_sources       what is unpacked in the working directory
#   configure_openssl   in its folder
#   build_others        all but OpenSSL
# and calls build_libraries, which does nothing when the result is up to date.
stamp=$out/stamp
root=$PWD
jobs=${AIC_JOBS:-$(nproc)}

is_built_as() { [ -f "$out/lib/libcurl.a" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(built_as "$1")" ]; }
# keep WHY: what has been built once stays good.
keep() {
  is_built_as "$built" || return 1
  echo "the libraries for $label stay as built: $1" >&2
  exit 0
}
newest_versions() {
  local each
  for each in "${packages[@]}"; do echo "${each% *} $(source_versions $each | head -1)"; done
}

fetch_all() {
  local each
  cd "$work"
  for each in "${packages[@]}"; do echo "${each% *} $(fetch_source $each)" >>versions; done
  patch_sources
}

build_openssl() {
  cd "$work"/openssl-*/
  configure_openssl
  make -s -j"$jobs" build_generated
  make -s -j"$jobs" libcrypto.a libssl.a
  install -m 644 -D -t "$out/lib" libcrypto.a libssl.a
  install -m 644 -D -t "$out/include/openssl" include/openssl/*.h
}

# build_cmake NAME OPTION…
build_cmake() {
  cmake -S "$work/$1"-*/ -B "$work/build-$1" "${cmake_options[@]}" "${@:2}"
  cmake --build "$work/build-$1" -j "$jobs" --target install
}

build_all() {
  local each
  cd "$work"
  rm -rf "$out"
  mkdir -p "$out/include" "$out/licences"
  (build_openssl)
  build_others
  for each in "${packages[@]% *}"; do install -m 644 "$each"-*/debian/copyright "$out/licences/$each"; done
  for each in "${shared_headers[@]}"; do ln -sfn "/usr/include/$each" "$out/include/$each"; done
}

build_libraries() {
  local newest versions
  # Asked once a day, so that a security update is taken up by the next day's build.
  built=$(head -${#packages[@]} "$stamp" 2>/dev/null || true)
  if is_built_as "$built" && was_confirmed_today "$apt_name" "$stamp"; then return; fi
  use_suites "$apt_name" bookworm "$curl_suite"
  if ! refresh_sources; then
    keep "apt can't confirm that they are the newest" || true
    echo "apt can't get Debian's lists of source packages, and the libraries are built from them" >&2
    exit 1
  fi
  newest=$(newest_versions)
  if [ "$built" = "$newest" ] && is_built_as "$built"; then
    touch "$stamp"
    return
  fi
  echo "building for $label from Debian's source packages:" $newest >&2

  make_work_folder
  run fetch_all
  [ $status = 0 ] || keep "not all source packages can be had" || fail
  versions=$(cat "$work/versions")
  [ "$versions" = "$newest" ] || echo "not the newest can be had, taking:" $versions >&2
  if ! is_built_as "$versions"; then
    run build_all
    [ $status = 0 ] || fail
    rm -rf "$out/lib/pkgconfig" "$out/lib/cmake" "$out/bin" "$out/share"
    built_as "$versions" >"$stamp"
  fi
  touch "$stamp"
}
