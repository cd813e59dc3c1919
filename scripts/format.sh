#!/bin/bash
# format.sh [--check]: our C++ files in the layout of .clang-format, rewritten in place or only looked at.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
find src tests bench -name node_modules -prune -o \( -name '*.cpp' -o -name '*.h' \) -print0 |
  xargs -0 -r -n 20 -P "$(nproc)" clang-format-${AIC_LLVM:-19} "${mode[@]}"
