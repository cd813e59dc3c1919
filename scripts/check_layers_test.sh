#!/bin/bash
# check_layers_test.sh: does check_layers.sh still refuse? In a copy of the sources something forbidden is planted in each
# layer, and each plant has to be named. Which includes are forbidden stands here once more, so that a check that misreads
# src/layers.cmake cannot agree with itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# Each layer with those that it must never include (docs/architecture.md).
declare -A forbidden=(
  [base]="net http http/client http/server auth aic tools mcp mcp/http app sandbox"
  [net]="http http/client http/server auth aic tools mcp mcp/http app sandbox"
  [http]="http/client http/server auth aic tools mcp mcp/http app sandbox"
  [http/client]="http/server auth aic tools mcp mcp/http app sandbox"
  [http/server]="http/client auth aic tools mcp mcp/http app sandbox"
  [auth]="http/client aic tools mcp mcp/http app sandbox"
  [aic]="http/client http/server auth tools mcp mcp/http app sandbox"
  [tools]="http/client http/server auth mcp mcp/http app sandbox"
  [mcp]="http http/client http/server auth aic tools mcp/http app sandbox"
  [mcp/http]="http/client auth aic tools app sandbox"
  [app]="mcp/http sandbox"
  [sandbox]="http/client auth aic tools mcp mcp/http app"
)
# Rooms of a layer: what is forbidden to the layer is forbidden in them.
rooms="tools/kit tools/journeys tools/journeys/picture sandbox/oauth"

# refused WHAT TEXT…: in the tree as it is now, the check fails and names each TEXT. Then the tree is as it was.
refused() {
  local what=$1 output status=0 text
  shift
  output=$("$here/check_layers.sh" "$work/tree") || status=$?
  [ $status != 0 ] || fail "$what: passes"
  for text in "$@"; do grep -qF -- "$text" <<<"$output" || fail "$what: not named: $text"; done
  fresh_tree
}
fail() {
  echo "$1"
  failed=1
}
fresh_tree() {
  rm -rf "$work/tree"
  mkdir "$work/tree"
  mkdir "$work/tree/scripts"
  cp "$here/print_layers.cmake" "$work/tree/scripts"
  cp -r "$here/../src" "$work/tree"
}

# plant FILE LINE: one more line at the end of src/FILE.
plant() { printf '%s\n' "$2" >>"$work/tree/src/$1"; }
# layers_line OLD NEW: src/layers.cmake, changed.
layers_line() {
  grep -q "^$1$" "$work/tree/src/layers.cmake" || fail "src/layers.cmake has no line $1"
  sed -i "s|^$1$|$2|" "$work/tree/src/layers.cmake"
}
# plant_everything FOLDER LAYER: all that may not stand in a folder of the layer; `expected` is what has to be named.
plant_everything() {
  local folder=$1 layer=$2 target name line
  expected=()
  for target in ${forbidden[$layer]}; do
    name=planted_${target//\//_}
    echo >"$work/tree/src/$target/planted_here.h"
    plant "$folder/$name.cpp" "#include \"$target/planted_here.h\""
    expected+=("src/$folder/$name.cpp:1: src/$layer may not include $target/planted_here.h")
  done
  plant "$folder/planted.h" '  #  include "app/../planted.h"'
  plant "$folder/planted.h" '#include NAME'
  plant "$folder/planted.h" '#include <base/error.h>'
  plant "$folder/planted.h" '#include <curl/curl.h>'
  plant "$folder/planted.h" 'inline const std::string planted = "x";'
  plant "$folder/planted.h" '#ifdef _WIN32'
  plant "$folder/planted.h" "#include \"$layer/gone.h\""
  plant "$folder/planted.h" '#include <boost/beast/http.hpp>'
  plant "$folder/planted.inl" '#include "app/options.h"'
  for line in 1 2 3 4 5 6 7; do expected+=("src/$folder/planted.h:$line:"); done
}

mkdir "$work/tree"
fresh_tree
"$here/check_layers.sh" "$work/tree" || fail "the sources as they are: refused"

while IFS='|' read -r layer _; do
  [ -n "${forbidden[$layer]:-}" ] || fail "src/$layer: say in $0 what it must not include"
  plant_everything "$layer" "$layer"
  refused "src/$layer" "${expected[@]}" "<boost/beast…> is included by 2 files" "src/$layer/planted.inl"
done < <(cmake -P "$here/print_layers.cmake")
for room in $rooms; do
  plant_everything "$room" "${room%%/*}"
  refused "src/$room" "${expected[@]}" "src/$room/planted.inl"
done

for folder in base net http http/client http/server; do
  plant "$folder/planted.h" '// Set by AIC_BASE_URL.'
  refused "a setting of the product in src/$folder" "src/$folder/planted.h:1:"
done
mkdir "$work/tree/src/net/more"
plant net/more/planted.h '#include "app/options.h"'
refused "a folder in a layer without rooms" "src/net/more/planted.h: in no layer"
mkdir "$work/tree/src/other"
plant other/planted.h '#include "app/options.h"'
refused "a folder that is no layer" "src/other/planted.h: in no layer"
layers_line 'aic_layer(mcp LINK net base)' 'aic_layer(mcp TINY LINK net base)'
refused "an option that CMake does not know" "not understood: mcp TINY"
layers_line 'aic_layer(net LINK base)' 'aic_layer(net LINK base app)'
refused "a link to a layer above" "net links to app"
layers_line 'aic_layer(mcp LINK net base)' 'aic_layer(mcp LINK net bsae)'
refused "a link to no layer" "mcp links to bsae"
layers_line 'aic_layer(mcp LINK net base)' 'aic_layer(mcp LINK net base)\naic_layer(nothing)'
refused "a layer without a folder" "there is no src/nothing"
sed -i 's/^aic_layer/# &/' "$work/tree/src/layers.cmake"
refused "no layers at all" "no layers found"
sed -i 's/<boost\/beast/<boost\/elsewhere/' "$work"/tree/src/http/server/*.cpp
refused "a guard whose header is gone" "<boost/beast…> is included by 0 files"

[ $failed = 0 ] && echo "check_layers.sh refuses what it should"
exit $failed
