#include "support/mcp/schema_validator.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <map>
#include <regex>

namespace test {

using base::Json;

namespace {

std::wstring wide(std::string_view utf8) {
  std::wstring out;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    auto code = static_cast<wchar_t>(more == 0 ? lead : lead & (0x3F >> more));
    for (int k = 1; k <= more; ++k)
      code = static_cast<wchar_t>((code << 6) |
                                  (static_cast<unsigned char>(utf8[i + static_cast<std::size_t>(k)]) & 0x3F));
    out += code;
    i += static_cast<std::size_t>(more) + 1;
  }
  return out;
}

}  // namespace

bool matches(const std::string& pattern, const std::string& text) {
  static std::map<std::string, std::wregex> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) found = compiled.emplace(pattern, std::wregex(wide(pattern))).first;
  return std::regex_search(wide(text), found->second);
}

namespace {

// Takes the patterns out of a schema; what is left is valijson's. Formats as well: it takes every value for a text
// there.
Json without_patterns(Json schema) {
  if (schema.is_object()) {
    schema.erase("pattern");
    if (base::member(schema, "format").is_string()) schema.erase("format");
  }
  if (schema.is_structured())
    for (Json& child : schema) child = without_patterns(child);
  return schema;
}

bool patterns_hold(const Json& schema, const Json& value) {
  if (value.is_string() && schema.contains("pattern") &&
      !matches(schema["pattern"].get<std::string>(), value.get<std::string>()))
    return false;
  if (value.is_array() && schema.contains("items"))
    return std::ranges::all_of(value, [&](const Json& entry) { return patterns_hold(schema["items"], entry); });
  if (!value.is_object()) return true;
  for (const auto& [name, member] : value.items()) {
    const Json& properties = base::member(schema, "properties");
    if (properties.is_object() && properties.contains(name)) {
      if (!patterns_hold(properties[name], member)) return false;
    } else if (base::member(schema, "additionalProperties").is_object()) {
      if (!patterns_hold(schema["additionalProperties"], member)) return false;
    }
  }
  return true;
}

}  // namespace

struct SchemaValidator::Parsed {
  Json schema;
  valijson::Schema plain;
};

SchemaValidator::SchemaValidator(const Json& schema) : parsed_(std::make_unique<Parsed>()) {
  parsed_->schema = schema;
  const auto plain = nlohmann::json::parse(base::print_json(without_patterns(schema)));
  const valijson::adapters::NlohmannJsonAdapter adapter(plain);
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, parsed_->plain);
}

SchemaValidator::~SchemaValidator() = default;

bool SchemaValidator::accepts(const Json& value) const {
  const auto plain = nlohmann::json::parse(base::print_json(value));
  const valijson::adapters::NlohmannJsonAdapter adapter(plain);
  return valijson::Validator().validate(parsed_->plain, adapter, nullptr) && patterns_hold(parsed_->schema, value);
}

}  // namespace test
