#include "sandbox/headers.h"

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace sandbox {
namespace {

using Header = std::pair<std::string_view, std::string_view>;

// Without a tenant's strict-transport-security and alt-svc: a browser would keep them for "localhost", and the redirect
// to http://localhost:3000 would no longer arrive.
constexpr std::array headers_everywhere = {
    Header{"via", "1.1 google"},
    Header{"x-robots-tag", "none"},
};
constexpr std::array am_headers = {
    Header{"content-type", "application/json;charset=UTF-8"},
    Header{"cache-control", "private"},
    Header{"x-frame-options", "SAMEORIGIN"},
    Header{"content-security-policy", "default-src 'none';frame-ancestors 'none';sandbox"},
    Header{"cross-origin-opener-policy", "same-origin"},
    Header{"cross-origin-resource-policy", "same-origin"},
    Header{"expires", "0"},
    Header{"pragma", "no-cache"},
};
constexpr std::array idm_headers = {
    Header{"content-type", "application/json;charset=utf-8"},
    Header{"cache-control", "no-store"},
    Header{"vary", "Origin"},
    Header{"x-frame-options", "DENY"},
    Header{"content-security-policy", "default-src 'none';frame-ancestors 'none';sandbox"},
    Header{"cross-origin-opener-policy", "same-origin"},
    Header{"cross-origin-resource-policy", "same-origin"},
    Header{"expires", "0"},
    Header{"pragma", "no-cache"},
};
constexpr std::array esv_headers = {Header{"content-type", "application/json"}};
constexpr std::array monitoring_headers = {Header{"content-type", "application/json; charset=utf-8"}};
constexpr std::array oauth_headers = {
    Header{"content-type", "application/json;charset=UTF-8"},
    Header{"cache-control", "no-store"},
    Header{"pragma", "no-cache"},
};
constexpr std::array page_headers = {
    Header{"content-type", "text/html; charset=utf-8"},
    Header{"cache-control", "no-store"},
    Header{"x-content-type-options", "nosniff"},
    Header{"referrer-policy", "no-referrer"},
    Header{"x-frame-options", "DENY"},
};

std::span<const Header> headers_of(Area area) {
  switch (area) {
    case Area::am:
      return am_headers;
    case Area::idm:
      return idm_headers;
    case Area::esv:
      return esv_headers;
    case Area::monitoring:
      return monitoring_headers;
    case Area::oauth:
      return oauth_headers;
    case Area::page:
      return page_headers;
    case Area::edge:
      return {};
  }
  return {};
}

void add(std::span<const Header> headers, ApiReply& reply) {
  for (const auto& [name, value] : headers) {
    if (name == "content-type" && reply.body.empty()) continue;
    if (!http::has_header(reply.headers, name)) reply.headers.emplace_back(name, value);
  }
}

bool is_esv_like(Area area) {
  return area == Area::esv || area == Area::monitoring;
}

}  // namespace

Area area_of(const std::vector<std::string>& segments) {
  if (segments.empty()) return Area::page;
  const std::string_view first = segments[0];
  if (first == "openidm") return Area::idm;
  if (first == "environment") return Area::esv;
  if (first == "monitoring" || first == "keys") return Area::monitoring;
  if (first != "am" || segments.size() < 2) return Area::page;
  if (segments[1] == "json") return Area::am;
  return segments[1] == "oauth2" ? Area::oauth : Area::page;
}

std::string transaction_id_for(Area area, const http::Headers& request, const std::string& fresh_uuid,
                               std::int64_t now_ms) {
  if (area == Area::monitoring) return fmt::format("{}-{}-57269/0", now_ms, fresh_uuid.substr(24) + "39a7c2f9");
  if (area == Area::esv) return fresh_uuid;
  const auto given = http::header(request, "x-forgerock-transactionid");
  return given.empty() ? fresh_uuid : std::string(given);
}

void add_area_headers(Area area, const std::string& transaction_id, ApiReply& reply) {
  // A page of the OAuth endpoints says so itself, by its policy.
  const bool is_page =
      http::header(reply.headers, "content-security-policy").find("style-src") != std::string_view::npos;
  add(headers_of(is_page ? Area::page : area), reply);
  add(headers_everywhere, reply);
  if (area != Area::edge && !http::has_header(reply.headers, "x-forgerock-transactionid"))
    reply.headers.emplace_back("x-forgerock-transactionid", transaction_id);
}

ApiReply unknown_endpoint(Area area) {
  return is_esv_like(area) ? plain_error_reply(404, "Not Found") : error_reply(404, "Not Found");
}

ApiReply not_authenticated(Area area) {
  if (is_esv_like(area)) return plain_error_reply(401, "Unauthorized");
  return error_reply(401, "Access Denied");
}

ApiReply not_permitted(Area area) {
  if (is_esv_like(area)) return plain_error_reply(403, "Insufficient scope");
  return error_reply(403, area == Area::idm ? "Access denied" : "Access Denied");
}

ApiReply blocked_by_edge() {
  return {.status = 403,
          .headers = {{"content-type", "text/html; charset=UTF-8"}},
          .body =
              "<!doctype html><meta charset=\"utf-8\"><meta name=viewport content=\"width=device-width, "
              "initial-scale=1\"><title>403</title>403 Forbidden"};
}

}  // namespace sandbox
