#!/bin/bash
# The layer diagram, enforced: a file of src/X includes only layers that X links to in CMakeLists.txt; slow headers stay
# in one source file each; libraries that a header of ours would spread stay out of headers; operating systems are told
# apart by file names (store_windows.cpp), not by #ifdef, but in the files listed here.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() {
  echo "$1"
  bad=1
}

while read -r layer links; do
  allowed=" $layer $links "
  while IFS=: read -r file line include; do
    target=${include#*\"}
    target=${target%%/*}
    [ -d "src/$target" ] || continue
    [[ $allowed == *" $target "* ]] || complain "$file:$line: src/$layer may not include $target/ (CMakeLists.txt)"
  done < <(grep -rnE '^ *# *include "[a-z]+/' "src/$layer" --include='*.h' --include='*.cpp')
done < <(sed -nE 's/^aic_layer\(([a-z]+)( LINK ([a-z ]+))?\)$/\1 \3/p' CMakeLists.txt)

for folder in src/*/; do
  grep -qE "^aic_layer\($(basename "$folder")[ )]" CMakeLists.txt || complain "$folder: not a layer of CMakeLists.txt"
done

# only_in_one_source PATTERN FOLDER…
only_in_one_source() {
  local files
  mapfile -t files < <(grep -rlE "^ *# *include <$1" "${@:2}")
  [ ${#files[@]} -le 1 ] || complain "<$1…> is included by ${#files[@]} files, not one: ${files[*]}"
  [[ ${files[0]:-x.cpp} == *.cpp ]] || complain "<$1…> is included by a header: ${files[0]}"
}
only_in_one_source boost/beast src
only_in_one_source spdlog/ src
only_in_one_source CLI/ src/app
only_in_one_source CLI/ src/sandbox

headers=$(grep -rnE '^ *# *include <(curl|openssl|libsecret|nghttp2)/' src --include='*.h') && complain "$headers"

# With mingw-w64 it would come to life once, in some source file, and maybe after what other files make of it.
inline_objects=$(grep -rnE '^ *inline const (auto|std::(string|vector|map|set)\b)' src --include='*.h') && complain "$inline_objects"

# OS conditionals: where one line differs and a file of its own would hide more than it shows.
os_files=(src/net/browser_posix.cpp src/net/browser_command.cpp)
while IFS= read -r hit; do
  [[ " ${os_files[*]-} " == *" ${hit%%:*} "* ]] || complain "$hit: give it a file per system (name_linux.cpp)"
done < <(grep -rnE '^ *# *(el)?if.*\b(_WIN32|_WIN64|__APPLE__|__linux__|__unix__|WIN32|SIG[A-Z]+|CLOCK_[A-Z]+|BOOST_OS_[A-Z]+)\b' src)

exit $bad
