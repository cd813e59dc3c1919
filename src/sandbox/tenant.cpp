#include "sandbox/tenant.h"

#include <algorithm>

namespace sandbox {

std::optional<std::string> ApiRequest::parameter(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &base::FormFields::value_type::first);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::string_view ApiRequest::header(std::string_view name) const {
  return net::header(headers, name);
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
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

}  // namespace sandbox
