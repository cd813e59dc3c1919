#!/bin/bash
# release.sh [TARGET…]: the programs for other people's machines, in build/artifacts/TARGET, each with its debug symbols
# beside it. Called by ./dev release, which installs what is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/node.sh
. scripts/zig.sh
llvm=${AIC_LLVM:-19}
targets=("$@")
[ $# != 0 ] || targets=(linux-x64 linux-arm64 macos-arm64 macos-x64 windows-x64)
for target in "${targets[@]}"; do
  [ "$target" = windows-x64 ] || zig_target "$target" >/dev/null || {
    echo "no such target: $target" >&2
    exit 2
  }
done

# The folder that ninja builds in. Programs for Windows are those of ./dev windows, which Wine tests.
build_folder() { [ "$1" = windows-x64 ] && echo build/windows || echo "build/release-$1"; }

# strip_into FOLDER PROGRAM: what a debugger needs goes into a file of its own, whose name the program has. On macOS the
# identifier of the build leads a debugger to it, and llvm-strip signs anew.
strip_into() {
  local name
  name=$(basename "$2")
  # The linker wrote a file of its own with the symbols, and the program has its name.
  if [[ $1 = */windows-* ]]; then
    cp "$2" "${2%.exe}.pdb" "$1/"
    return
  fi
  if [[ $1 = */macos-* ]]; then
    "dsymutil-$llvm" -o "$1/$name.dSYM" "$2"
    "llvm-strip-$llvm" -o "$1/$name" "$2"
    return
  fi
  "llvm-objcopy-$llvm" --only-keep-debug "$2" "$1/$name.debug"
  "llvm-objcopy-$llvm" --strip-all "$2" "$1/$name"
  (cd "$1" && "llvm-objcopy-$llvm" "--add-gnu-debuglink=$name.debug" "$name")
}

# documents TARGET FOLDER PROGRAM: what is inside, and under which licences; from which commit and of which version it is,
# as the program says itself.
documents() (
  export AIC_TARGET=$1
  build=$(build_folder "$1")
  scripts/third_party.sh check "$build"
  scripts/licences.sh "$2"
  sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt" >"$2/version"
  sed -n 's/.* commit = "\(.*\)";$/\1/p' "$build/embedded/version/app/commit.h" >"$2/commit"
  scripts/third_party.sh | "$(node22)" scripts/sbom.mjs "$(cat "$2/version")" "$2/$3" >"$2/sbom.cdx.json"
)

# make_old_root ARCHITECTURE: for tests/e2e/release.test.mjs, what the oldest Debian that its mirrors still have gives a
# program.
make_old_root() {
  if [ "$1" = arm64 ] && [ "$(uname -m)" != aarch64 ]; then need_packages qemu-user-static; fi
  scripts/minimal_root.sh "build/old-root-$1" bullseye "$1" libsecret-1-0 ||
    echo "no root file system of Debian 11's packages: apt gave none" >&2
}

for target in "${targets[@]}"; do
  SECONDS=0
  # Each clone has a compiler of its own; without this none would share its objects.
  CCACHE_COMPILERCHECK="string:$(cat scripts/zig.txt scripts/zig.sh | sha256sum) $target"
  export CCACHE_COMPILERCHECK
  preset=$target programs=(aic-mcp-server aic-sandbox)
  if [ "$target" = windows-x64 ]; then
    unset CCACHE_COMPILERCHECK
    need_packages "${packages_windows[@]}"
    scripts/build_deps_windows.sh
    preset=windows programs=(aic-mcp-server.exe aic-sandbox.exe)
  else
    scripts/build_deps_release.sh "$target"
  fi
  cmake --preset "$preset" --log-level=WARNING >/dev/null
  cmake --build "$(build_folder "$target")" ${AIC_JOBS:+-j "$AIC_JOBS"} --target "${programs[@]}"
  out=build/artifacts/$target
  rm -rf "$out"
  mkdir -p "$out"
  for program in "${programs[@]}"; do strip_into "$out" "$(build_folder "$target")/$program"; done
  scripts/check_release.sh "${programs[@]/#/$out/}"
  documents "$target" "$out" "${programs[0]}"
  if [[ $target = linux-* ]]; then make_old_root "$(debian_architecture "$target")"; fi
  echo "$target: $((SECONDS / 60)) min $((SECONDS % 60)) s"
  (cd "$out" && ls -l | awk 'NF > 3 { printf "%10d  %s\n", $5, $9 }')
done
