// The check of arguments, for every tool: what it accepts, the published schema accepts, and what it refuses, it
// refuses in bounded words. Input: the tool's number, then the arguments as JSON.
#include "base/error.h"
#include "fuzz/fuzz.h"
#include "support/mcp/schema_validator.h"
#include "tools/catalog.h"
#include "tools/kit/check.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace {

constexpr std::int64_t now_unix_ms = 1'769'847'330'000;
// A hundred mistakes, each in its short form.
constexpr std::size_t longest_refusal = 24'000;

test::SchemaValidator& validator_of(std::size_t number) {
  static std::vector<std::unique_ptr<test::SchemaValidator>> validators(tools::catalog().size());
  auto& validator = validators[number];
  if (!validator)
    validator = std::make_unique<test::SchemaValidator>(tools::schema_of(tools::catalog()[number]->params));
  return *validator;
}

// The schema of a value of any kind ends there.
bool has_list_in_list(const base::Json& value) {
  const auto holds = [&](const base::Json& part) {
    return (value.is_array() && part.is_array()) || has_list_in_list(part);
  };
  return value.is_structured() && std::ranges::any_of(value, holds);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t number = data[0] % tools::catalog().size();
  base::Json arguments;
  try {
    arguments = base::parse_json(fuzz::text_of(data + 1, size - 1));
  } catch (const base::Error&) {
    return 0;
  }
  const auto [accepted, violations] = tools::accept_arguments(*tools::catalog()[number], arguments, now_unix_ms);
  if (violations.empty()) {
    fuzz::require(has_list_in_list(accepted) || validator_of(number).accepts(accepted),
                  "what the check accepts, the schema accepts", base::print_json(arguments));
    return 0;
  }
  const auto refusal = tools::render(tools::failed(tools::violations_error(violations)), {});
  fuzz::require(refusal.text.size() <= longest_refusal, "a refusal is short", base::print_json(arguments));
  return 0;
}
