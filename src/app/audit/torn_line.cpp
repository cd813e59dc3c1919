#include "app/audit/torn_line.h"

#include "base/json.h"

namespace app {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(' ') == std::string_view::npos;
}

}  // namespace

bool may_begin_line(std::string_view text) {
  return text.starts_with(line_head) || line_head.starts_with(text) || is_blank(text);
}

Torn judge_torn(std::string_view text) {
  if (!may_begin_line(text)) return Torn::not_ours;
  const auto line = base::try_parse_json(text);
  return line && line->is_object() ? Torn::complete : Torn::remove;
}

}  // namespace app
