#include "auth/result_page.h"

#include <array>
#include <utility>

#include <fmt/core.h>

#include "auth/data.h"
#include "base/encoding.h"
#include "http/server/inline_source.h"

namespace auth {
namespace {

std::string_view class_of(ResultPage::Tone tone) {
  switch (tone) {
    case ResultPage::Tone::success:
      return "success";
    case ResultPage::Tone::failure:
      return "failure";
    case ResultPage::Tone::notice:
      return "notice";
  }
  return "notice";
}

}  // namespace

std::string render(const ResultPage& page) {
  const std::array<std::pair<std::string_view, std::string>, 5> values{
      {{"tone", std::string(class_of(page.tone))},
       {"title", base::escape_html(page.title)},
       {"text", base::escape_html(page.text)},
       {"detail", base::escape_html(page.detail)},
       {"tenant", page.tenant.empty() ? "" : " · " + base::escape_html(page.tenant)}}};
  std::string out;
  std::string_view rest = data::result_page_html;
  for (auto open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
    out += rest.substr(0, open);
    const auto close = rest.find("}}", open);
    const auto name = rest.substr(open + 2, close - open - 2);
    for (const auto& [key, value] : values) {
      if (key == name) out += value;
    }
    rest.remove_prefix(close + 2);
  }
  return out += rest;
}

http::Headers result_page_headers() {
  return {{std::string(listener_mark), "1"},
          {"Cache-Control", "no-store"},
          {"Content-Security-Policy",
           fmt::format("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src {}; "
                       "script-src {}",
                       http::inline_source(data::result_page_html, "style"),
                       http::inline_source(data::result_page_html, "script"))},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Connection", "close"}};
}

}  // namespace auth
