#include "sandbox/html_pages.h"

#include <algorithm>

#include "base/encoding.h"
#include "http/server/inline_source.h"
#include "sandbox/data.h"

namespace sandbox {
namespace {

const std::string& content_security_policy() {
  static const std::string policy =
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src " + http::inline_source(data::page_css);
  return policy;
}

}  // namespace

std::string fill(std::string_view page, const Values& values) {
  std::string filled;
  while (true) {
    const auto begin = page.find("{{");
    filled += page.substr(0, begin);
    if (begin == std::string_view::npos) return filled;
    const bool raw = page.substr(begin).starts_with("{{{");
    const std::size_t braces = raw ? 3 : 2;
    const auto end = page.find(raw ? "}}}" : "}}", begin);
    const auto name = page.substr(begin + braces, end - begin - braces);
    const auto value = std::ranges::find(values, name, &Values::value_type::first);
    if (value != values.end()) filled += raw ? value->second : base::escape_html(value->second);
    page.remove_prefix(end + braces);
  }
}

std::string hidden_fields(const base::FormFields& fields) {
  std::string inputs;
  for (const auto& [name, value] : fields)
    inputs += fill("<input type=\"hidden\" name=\"{{name}}\" value=\"{{value}}\">", {{"name", name}, {"value", value}});
  return inputs;
}

ApiReply page(int status, std::string_view title, std::string_view body) {
  return {.status = status,
          .headers = {{"Content-Security-Policy", content_security_policy()}},
          .body = fill(
              data::page_html,
              {{"title", std::string(title)}, {"style", std::string(data::page_css)}, {"body", std::string(body)}})};
}

ApiReply message_page(int status, std::string_view title, std::string_view text, bool good) {
  return page(status, title,
              fill(data::message_html, {{"title", std::string(title)},
                                        {"text", std::string(text)},
                                        {"kind", good ? "good" : (status >= 400 ? "bad" : "plain")}}));
}

}  // namespace sandbox
