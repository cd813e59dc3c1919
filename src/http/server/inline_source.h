// How a Content-Security-Policy admits an element that stands in the page itself: by the hash of its content
// (W3C CSP3 §2.3.1).
#pragma once

#include <string>
#include <string_view>

namespace http {

// "'sha256-…'" of such a content.
std::string inline_source(std::string_view content);
// The same of a page's first element of that name, which has no attributes.
std::string inline_source(std::string_view page, std::string_view element);

}  // namespace http
