#include "auth/subject.h"

#include "base/encoding.h"
#include "base/json.h"

namespace auth {

std::string subject_of(const base::Secret& token) {
  const auto text = token.reveal();
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return {};
  auto claims = base::base64url_decode(text.substr(first + 1, second - first - 1));
  if (!claims) return {};
  const auto parsed = base::try_parse_json(*claims);
  base::wipe(*claims);
  return parsed ? base::text_member(*parsed, "sub") : std::string();
}

}  // namespace auth
