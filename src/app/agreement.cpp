#include "app/agreement.h"

namespace app {
namespace {

constexpr const char* member = "agreed";

}  // namespace

base::Json agreement_form(const std::string& title, const std::string& description) {
  return {{"properties", {{member, {{"type", "boolean"}, {"title", title}, {"description", description}}}}},
          {"required", base::Json::array({member})}};
}

Agreement agreement_in(const mcp::ElicitationAnswer& answer) {
  switch (answer.action) {
    case mcp::Action::undeliverable:
      return Agreement::not_shown;
    case mcp::Action::decline:
    case mcp::Action::cancel:
      return Agreement::refused;
    case mcp::Action::accept:
      break;
  }
  const base::Json& agreed = base::member(answer.content, member);
  if (!agreed.is_boolean()) return Agreement::not_shown;
  return agreed.get<bool>() ? Agreement::agreed : Agreement::refused;
}

}  // namespace app
