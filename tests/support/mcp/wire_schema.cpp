#include "support/mcp/wire_schema.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace test {

namespace {

std::filesystem::path folder_of_schemas(std::string_view source_dir) {
  if (const char* given = std::getenv("AIC_MCP_SCHEMAS")) return given;
  return std::filesystem::path(source_dir).parent_path() / "shared" / "mcp";
}

}  // namespace

std::optional<WireSchema> WireSchema::load(std::string_view source_dir, std::string_view revision) {
  const auto folder = folder_of_schemas(source_dir);
  std::ifstream file(folder / ("schema-" + std::string(revision) + ".json"));
  if (!file) return std::nullopt;
  WireSchema schema;
  schema.document_ = nlohmann::json::parse(file);
  schema.definitions_ = schema.document_.contains("$defs") ? "$defs" : "definitions";
  return schema;
}

std::string WireSchema::problems(const std::string& definition, const base::Json& value) const {
  nlohmann::json root = {{definitions_, document_.at(definitions_)}};
  root["$ref"] = "#/" + definitions_ + "/" + definition;
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(root), schema);

  const auto instance = nlohmann::json::parse(base::print_json(value));
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(instance), &results)) return {};
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const auto& step : error.context) text += step;
    text += ": " + error.description + "\n";
  }
  return text;
}

}  // namespace test
