#!/bin/bash
# make_pictures.sh: the README's pictures, docs/pictures/*.svg, from the real programs: a journey that drawJourney draws, and
# what ./dev demo prints. Needs the programs (./dev build, or AIC_BINARIES). Not a check: every run of the demonstration
# prints other times and ids.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/node.sh
NODE=$(node22)
export NODE AIC_BINARIES=${AIC_BINARIES:-$PWD/build/release}
mkdir -p docs/pictures
scripts/own_network.sh scripts/with_keyring.sh "$NODE" demo/pictures.mjs docs/pictures
