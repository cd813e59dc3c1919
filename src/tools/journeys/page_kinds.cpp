#include "tools/journeys/page_kinds.h"

#include "tools/data.h"
#include "tools/journeys/graph.h"
#include "tools/kit/kinds.h"

namespace tools::journeys {
namespace {

const Kinds& kinds() {
  static const base::Json facts = base::parse_json(data::page_kinds_json);
  static const Kinds all(facts);
  return all;
}

}  // namespace

void decode_page(base::Json& node) {
  const auto config = node.find("config");
  if (config != node.end()) decode_page_settings(base::text_member(node, "nodeType"), *config);
}

void decode_page_settings(std::string_view node_type, base::Json& settings) {
  if (node_type == page_type) kinds().decode(settings);
}

Violations page_kind_faults(std::string_view node_type, const base::Json& config, const std::string& path) {
  Violations faults;
  if (node_type == page_type) kinds().find_faults(config, path, faults);
  return faults;
}

}  // namespace tools::journeys
