#include "sandbox/tenant.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sandbox {
namespace {

constexpr std::array phrases = {
    std::pair{200, std::string_view("OK")},
    std::pair{201, std::string_view("Created")},
    std::pair{204, std::string_view("No Content")},
    std::pair{304, std::string_view("Not Modified")},
    std::pair{400, std::string_view("Bad Request")},
    std::pair{401, std::string_view("Unauthorized")},
    std::pair{403, std::string_view("Forbidden")},
    std::pair{404, std::string_view("Not Found")},
    std::pair{405, std::string_view("Method Not Allowed")},
    std::pair{406, std::string_view("Not Acceptable")},
    std::pair{409, std::string_view("Conflict")},
    std::pair{410, std::string_view("Gone")},
    std::pair{412, std::string_view("Precondition Failed")},
    std::pair{413, std::string_view("Payload Too Large")},
    std::pair{415, std::string_view("Unsupported Media Type")},
    std::pair{422, std::string_view("Unprocessable Entity")},
    std::pair{429, std::string_view("Too Many Requests")},
    std::pair{500, std::string_view("Internal Server Error")},
    std::pair{501, std::string_view("Not Implemented")},
    std::pair{502, std::string_view("Bad Gateway")},
    std::pair{503, std::string_view("Service Unavailable")},
    std::pair{504, std::string_view("Gateway Timeout")},
};

}  // namespace

std::optional<std::string> ApiRequest::parameter(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &base::FormFields::value_type::first);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::string_view ApiRequest::header(std::string_view name) const {
  return http::header(headers, name);
}

std::optional<base::Json> ApiRequest::json() const {
  return base::try_parse_json(body);
}

ApiReply json_reply(int status, const base::Json& body) {
  return {status, {}, base::print_json(body)};
}

ApiReply error_reply(int status, std::string_view message, const base::Json& detail) {
  base::Json body = {{"code", status}, {"reason", reason_phrase(status)}, {"message", message}};
  if (!detail.is_null()) body["detail"] = detail;
  return json_reply(status, body);
}

ApiReply plain_error_reply(int status, std::string_view message) {
  return json_reply(status, {{"code", status}, {"message", message}});
}

std::string_view reason_phrase(int status) {
  const auto found = std::ranges::find(phrases, status, &decltype(phrases)::value_type::first);
  return found == phrases.end() ? "Unknown" : found->second;
}

}  // namespace sandbox
