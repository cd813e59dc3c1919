#!/bin/bash
# check_layers.sh [FOLDER]: the layer diagram, enforced. A file of a layer includes only what its layer links to in
# src/layers.cmake, as CMake itself reads it; slow headers stay in one source file each; libraries that a header of ours would
# spread stay out of headers; operating systems are told apart by file names (store_windows.cpp), not by #ifdef, but in the
# files listed here. What it does not understand it refuses, so that nothing falls silently out of the check.
# check_layers_test.sh plants something forbidden everywhere and wants it refused.
set -uo pipefail
cd "${1:-$(dirname "$0")/..}" || exit
bad=0
complain() {
  echo "$1"
  bad=1
}

# By folder: what each layer may include, itself among it, with a blank round each name; and whether it has rooms.
declare -A allowed=() rooms=()

read_layers() {
  local printed line layer links link
  printed=$(cmake -P scripts/print_layers.cmake 2>&1) || complain "src/layers.cmake: not understood: $printed"
  while IFS= read -r line; do
    if [[ ! $line =~ ^([a-z]+(/[a-z]+)?)\|(rooms)?\|([a-z/\ ]*)$ ]]; then
      [ -z "$line" ] || complain "src/layers.cmake: not understood: $line"
      continue
    fi
    layer=${BASH_REMATCH[1]} rooms[$layer]=${BASH_REMATCH[3]} links=${BASH_REMATCH[4]}
    [ -d "src/$layer" ] || complain "src/layers.cmake: there is no src/$layer"
    # Only layers of lines above, so that the links make no circle.
    for link in $links; do
      [ -n "${allowed[$link]:-}" ] || complain "src/layers.cmake: $layer links to $link, which is no layer above it"
    done
    allowed[$layer]=" $layer $links "
  done <<<"$printed"
}

# layer_of PATH: puts the layer of a file below src/ into `layer`, the deepest folder that is one; empty for none.
layer_of() {
  layer=${1%/*}
  layer=${layer%/data}
  while [ -z "${allowed[$layer]:-}" ]; do
    # A folder that is no layer is a room of the one above it.
    if [[ $layer == */* ]]; then layer=${layer%/*}; else layer=; fi
    [ -n "$layer" ] || return 0
    [ -z "${allowed[$layer]:-}" ] || [ -n "${rooms[$layer]}" ] || layer=
    [ -n "$layer" ] || return 0
  done
}

# Every directive that brings in a file has to be one of the two forms: "layer/file" or <library/file>.
check_includes() {
  local file line text layer includes target
  while IFS=: read -r file line text; do
    layer_of "${file#src/}"
    includes=$layer
    if [[ $text =~ ^\ *#\ *include\ \"([a-z0-9_]+(/[a-z0-9_]+)+\.h)\"(\ *//.*)?$ ]]; then
      target=${BASH_REMATCH[1]}
      # What a layer embeds (data.h) and the commit (commit.h) are written by CMake.
      [ -f "src/$target" ] || [[ $target =~ ^([a-z/]+/data|app/commit)\.h$ ]] || complain "$file:$line: there is no $target"
      layer_of "$target"
      [[ -n $layer && -n $includes && ${allowed[$includes]} == *" $layer "* ]] ||
        complain "$file:$line: src/$includes may not include $target (src/layers.cmake)"
    elif [[ $text =~ ^\ *#\ *include\ \<([a-zA-Z0-9_]+)[^\>]*\>(\ *//.*)?$ ]]; then
      [ ! -d "src/${BASH_REMATCH[1]}" ] || complain "$file:$line: a header of ours stands in quotes: $text"
    else
      complain "$file:$line: not understood: $text"
    fi
  done < <(grep -rnE '(#|%:)[[:space:]]*(include|import|embed)|^[[:space:]]*(export[[:space:]]+)?import\b' src \
    --include='*.h' --include='*.cpp')
}

# Includes are looked for in .h and .cpp files: others hold data, or somebody has to teach this script.
check_folders() {
  local path layer
  while IFS= read -r path; do
    layer_of "${path#src/}"
    [ -n "$layer" ] || complain "$path: in no layer of src/layers.cmake"
  done < <(find src -mindepth 2 -type f)
  while IFS= read -r path; do
    complain "$path: neither .h nor .cpp, nor in a layer's data folder"
  done < <(find src -type f ! -name '*.h' ! -name '*.cpp' ! -name README.md ! -path 'src/*/data/*' ! -path src/layers.cmake)
  while IFS= read -r path; do
    complain "$path: an empty folder"
  done < <(find src -type d -empty)
}

# only_in_one_source PATTERN FOLDER…
only_in_one_source() {
  local files
  mapfile -t files < <(grep -rlE "^ *# *include <$1" "${@:2}")
  [ ${#files[@]} = 1 ] || complain "<$1…> is included by ${#files[@]} files in ${*:2}, not one: ${files[*]}"
  [[ ${files[0]:-x.cpp} == *.cpp ]] || complain "<$1…> is included by a header: ${files[0]}"
}

# none WHAT PATTERN FOLDERS [OPTION…]: no line of these folders is like that.
none() {
  local hit
  # FOLDERS are several words. shellcheck disable=SC2086
  while IFS= read -r hit; do complain "$hit: $1"; done < <(grep -rnE "$2" $3 "${@:4}")
}

# OS conditionals: where one line differs and a file of its own would hide more than it shows.
os_files=(src/net/browser_posix.cpp src/net/browser_command.cpp)

check_systems() {
  local hit systems='_WIN32|_WIN64|__APPLE__|__linux__|__unix__|WIN32|SIG[A-Z]+|CLOCK_[A-Z]+|BOOST_OS_[A-Z]+'
  while IFS= read -r hit; do
    [[ " ${os_files[*]} " == *" ${hit%%:*} "* ]] || complain "$hit: give it a file per system (name_linux.cpp)"
  done < <(grep -rnE "^ *# *(el)?if.*\b($systems)\b" src)
}

read_layers
[ ${#allowed[@]} != 0 ] || complain "src/layers.cmake: no layers found"
check_folders
check_includes
only_in_one_source boost/beast src
only_in_one_source spdlog/ src
only_in_one_source CLI/ src/app
only_in_one_source CLI/ src/sandbox
none "keep it out of headers" '^ *# *include <(curl|openssl|libsecret|nghttp2)/' src --include='*.h'
# With mingw-w64 it would come to life once, in some source file, and maybe after what other files make of it.
none "no inline objects" '^ *inline const (auto|std::(string|vector|map|set)\b)' src --include='*.h'
none "a word of the product in a layer that does not know it" '\bAIC_|ForgeRock|iPlanet|accept-api-version' 'src/base src/net src/http'
check_systems
exit $bad
