// The pages that the redirect listener shows. They fetch nothing and run one fixed script (R-PKC-10).
#pragma once

#include <string>

#include "http/http.h"

namespace auth {

// What a page says; all of it plain text.
struct ResultPage {
  enum class Tone { success, failure, notice };

  Tone tone = Tone::notice;
  std::string title;
  std::string text;
  std::string detail;  // may be empty
  std::string tenant;  // host, may be empty
};

std::string render(const ResultPage& page);

// The headers that every answer of the listener carries, among them the mark by which servers of ours know each other
// (R-PKC-19).
inline constexpr std::string_view listener_mark = "X-AIC-MCP-Listener";
http::Headers result_page_headers();

}  // namespace auth
