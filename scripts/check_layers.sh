#!/bin/bash
# check_layers.sh [FOLDER]: the layer diagram, enforced: a file of src/X includes only layers that X links to in
# CMakeLists.txt; slow headers stay in one source file each; libraries that a header of ours would spread stay out of headers;
# operating systems are told apart by file names (store_windows.cpp), not by #ifdef, but in the files listed here.
# What it does not understand it refuses, so that no line falls silently out of the check. check_layers_test.sh plants
# something forbidden everywhere and wants it refused.
set -uo pipefail
cd "${1:-$(dirname "$0")/..}" || exit
bad=0
complain() {
  echo "$1"
  bad=1
}

# What each layer may include, itself among it, with a blank round each name.
declare -A allowed=()

read_layers() {
  local line layer links link
  while IFS= read -r line; do
    if [[ ! $line =~ ^aic_layer\(([a-z]+)(\ SMALL)?(\ LINK((\ [a-z]+)+))?\)$ ]]; then
      complain "CMakeLists.txt: not understood: $line"
      continue
    fi
    layer=${BASH_REMATCH[1]} links=${BASH_REMATCH[4]}
    [ -d "src/$layer" ] || complain "CMakeLists.txt: there is no src/$layer"
    # Only layers of lines above, so that the links make no circle.
    for link in $links; do
      [ -n "${allowed[$link]:-}" ] || complain "CMakeLists.txt: $layer links to $link, which is no layer above it"
    done
    allowed[$layer]=" $layer$links "
  done < <(grep -i '^[^#]*aic_layer' CMakeLists.txt)
}

# Every directive that brings in a file has to be one of the two forms: "layer/file" or <library/file>.
check_includes() {
  local file line text layer
  while IFS=: read -r file line text; do
    layer=${file#src/} layer=${layer%%/*}
    if [[ $text =~ ^\ *#\ *include\ \"([a-z]+)/[a-z0-9_]+\.h\"(\ *//.*)?$ ]]; then
      [[ ${allowed[$layer]:-} == *" ${BASH_REMATCH[1]} "* ]] ||
        complain "$file:$line: src/$layer may not include ${BASH_REMATCH[1]}/ (CMakeLists.txt)"
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
  local path
  for path in src/*; do
    [ -n "${allowed[${path#src/}]:-}" ] || complain "$path: not a layer of CMakeLists.txt"
  done
  while IFS= read -r path; do
    complain "$path: neither .h nor .cpp, nor in a layer's data folder"
  done < <(find src -type f ! -name '*.h' ! -name '*.cpp' ! -name README.md ! -path 'src/*/data/*')
  while IFS= read -r path; do
    complain "$path: a folder in a layer other than data"
  done < <(find src -mindepth 2 -type d ! -name data)
}

# only_in_one_source PATTERN FOLDER…
only_in_one_source() {
  local files
  mapfile -t files < <(grep -rlE "^ *# *include <$1" "${@:2}")
  [ ${#files[@]} = 1 ] || complain "<$1…> is included by ${#files[@]} files in ${*:2}, not one: ${files[*]}"
  [[ ${files[0]:-x.cpp} == *.cpp ]] || complain "<$1…> is included by a header: ${files[0]}"
}

# none WHAT PATTERN [OPTION…]: no line of src is like that.
none() {
  local hit
  while IFS= read -r hit; do complain "$hit: $1"; done < <(grep -rnE "$2" src "${@:3}")
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
[ ${#allowed[@]} != 0 ] || complain "CMakeLists.txt: no layers found"
check_folders
check_includes
only_in_one_source boost/beast src
only_in_one_source spdlog/ src
only_in_one_source CLI/ src/app
only_in_one_source CLI/ src/sandbox
none "keep it out of headers" '^ *# *include <(curl|openssl|libsecret|nghttp2)/' --include='*.h'
# With mingw-w64 it would come to life once, in some source file, and maybe after what other files make of it.
none "no inline objects" '^ *inline const (auto|std::(string|vector|map|set)\b)' --include='*.h'
check_systems
exit $bad
