#include "http/server/inline_source.h"

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace http {

std::string inline_source(std::string_view content) {
  return fmt::format("'sha256-{}'", base::base64(base::sha256(content)));
}

std::string inline_source(std::string_view page, std::string_view element) {
  const auto open = fmt::format("<{}>", element), close = fmt::format("</{}>", element);
  const auto begin = page.find(open) + open.size();
  return inline_source(page.substr(begin, page.find(close, begin) - begin));
}

}  // namespace http
