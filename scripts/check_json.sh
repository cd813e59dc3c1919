#!/bin/bash
# check_json.sh BUILD [SOURCE…]: refuses, outside of src/base, what takes 1.50 and 1.5 for two JSON values or overlooks
# numbers that are kept as text (src/base/json.h). BUILD is a folder with compile_commands.json; without sources, all of
# src that stand there are read, joined ones too. Generated sources hold data and need not be there.
set -euo pipefail
build=$1
shift
[ $# != 0 ] || mapfile -t sources < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
  grep -vE '/embedded/|/tests/')
[ $# = 0 ] || sources=("$@")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/queries" <<'END'
set output diag
set bind-root false
let json expr(hasType(hasUnqualifiedDesugaredType(recordType(hasDeclaration(cxxRecordDecl(hasName("::nlohmann::basic_json")))))))
let compares anyOf(hasOverloadedOperatorName("=="), hasOverloadedOperatorName("!="), hasOverloadedOperatorName("<"))
let checked allOf(isExpansionInFileMatching("/src/"), unless(isExpansionInFileMatching("/src/base/")))
match cxxOperatorCallExpr(compares, hasAnyArgument(ignoringParenImpCasts(json)), checked).bind("compared")
match cxxRewrittenBinaryOperator(hasEitherOperand(ignoringParenImpCasts(json)), checked).bind("compared")
match cxxMemberCallExpr(on(json), callee(cxxMethodDecl(hasName("is_number"))), checked).bind("is_number")
match cxxMemberCallExpr(on(json), callee(cxxMethodDecl(hasName("get"))), hasType(realFloatingPointType()), checked).bind("get")
END
printf '%s\0' "${sources[@]}" |
  xargs -0 -n 2 -P "$(nproc)" "clang-query-${AIC_LLVM:-19}" -p "$build" -f "$work/queries" >"$work/out" 2>&1 || true

# A source that cannot be read would pass.
if grep -E '^error:|: (fatal )?error:|^Error while' "$work/out" >&2; then exit 2; fi
advice='s|note: "compared" binds here|compares JSON values: use base::same_value, is_text or is_true|
        s|note: "is_number" binds here|use base::is_number|
        s|note: "get" binds here|use base::to_double|'
if grep -E 'note: "(compared|is_number|get)" binds here' "$work/out" | sort -u | sed "$advice"; then exit 1; fi
