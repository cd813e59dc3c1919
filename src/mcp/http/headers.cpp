#include "mcp/http/headers.h"

#include "base/encoding.h"
#include "base/text.h"
#include "mcp/host.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace mcp {
namespace {

constexpr std::string_view base64_prefix = "=?base64?";
constexpr std::string_view base64_suffix = "?=";

std::string_view header_trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// `authority` is "name", "name:port" or "[v6]:port".
bool is_one_of(const std::vector<std::string>& hosts, std::string_view authority) {
  std::string_view name = authority;
  if (const auto colon = authority.rfind(':'); colon != std::string_view::npos && !authority.ends_with(']')) {
    const std::string_view port = authority.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return false;
    name = authority.substr(0, colon);
  }
  return std::ranges::find(hosts, base::lower_case(name)) != hosts.end();
}

[[noreturn]] void refuse_header(std::string_view name, std::string_view why) {
  throw ProtocolError(rpc::header_mismatch, fmt::format("Header mismatch: {} {}", name, why));
}

// The value as meant: visible ASCII, or UTF-8 in the Base64 form.
std::string decode_value(std::string_view name, std::string_view value) {
  if (value.starts_with(base64_prefix) && value.ends_with(base64_suffix) &&
      value.size() >= base64_prefix.size() + base64_suffix.size()) {
    value.remove_prefix(base64_prefix.size());
    value.remove_suffix(base64_suffix.size());
    auto decoded = base::base64_decode(value);
    if (!decoded || !base::is_valid_utf8(*decoded)) refuse_header(name, "is not Base64-encoded UTF-8");
    return std::move(*decoded);
  }
  const auto is_allowed = [](unsigned char c) { return (c >= 0x20 && c <= 0x7e) || c == '\t'; };
  if (!std::ranges::all_of(value, is_allowed)) refuse_header(name, "contains characters that need the Base64 form");
  return std::string(value);
}

// Nothing when it is missing. Twice the same header is one too many: others may have read the other one.
std::optional<std::string> header_value(const http::Headers& headers, std::string_view name) {
  const auto count = http::header_count(headers, name);
  if (count == 0) return std::nullopt;
  if (count > 1) refuse_header(name, "is given more than once");
  return decode_value(name, header_trim(http::header(headers, name)));
}

void require_equal(const http::Headers& headers, std::string_view name, const Json& body) {
  const auto value = header_value(headers, name);
  if (!value) refuse_header(name, "is missing");
  if (!base::is_text(body, *value)) {
    refuse_header(name, fmt::format("value '{}' does not match the body", base::printable(*value, 100)));
  }
}

bool is_same_value(const std::string& header, const Json& body) {
  if (body.is_string()) return base::is_text(body, header);
  if (body.is_boolean()) return header == (body.get<bool>() ? "true" : "false");
  const auto number = base::try_parse_json(header);
  return number && base::is_number(*number) && base::is_number(body) && base::same_number(*number, body);
}

// Nested properties count when all that leads to them are `properties`.
void check_parameters(const http::Headers& headers, const Json& schema, const Json& arguments) {
  for (const auto& [key, property] : base::member(schema, "properties").items()) {
    const Json& value = base::member(arguments, key);
    check_parameters(headers, property, value);
    const std::string suffix = base::text_member(property, "x-mcp-header");
    if (suffix.empty()) continue;
    const std::string name = "Mcp-Param-" + suffix;
    const auto given = header_value(headers, name);
    if (value.is_null() && given) refuse_header(name, "has no value in the body");
    if (value.is_null()) continue;
    if (!given) refuse_header(name, "is missing");
    if (!is_same_value(*given, value)) refuse_header(name, "does not match the body");
  }
}

// `params` member that Mcp-Name repeats; empty for other methods.
std::string_view named_by(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  return method == "resources/read" ? "uri" : "";
}

}  // namespace

bool is_host_allowed(const HttpGate& gate, const http::Headers& headers) {
  const auto host = http::host_of(headers);
  return host && is_one_of(gate.hosts, header_trim(*host));
}

bool is_origin_allowed(const HttpGate& gate, const http::Headers& headers) {
  const auto count = http::header_count(headers, "Origin");
  if (count != 1) return count == 0;
  const std::string origin = base::lower_case(header_trim(http::header(headers, "Origin")));
  if (std::ranges::find(gate.origins, origin) != gate.origins.end()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return is_one_of(gate.hosts, std::string_view(origin).substr(scheme.size()));
  }
  return false;
}

bool is_type(std::string_view header, std::string_view type) {
  return base::lower_case(header_trim(header.substr(0, header.find(';')))) == type;
}

bool lists_type(std::string_view header, std::string_view type) {
  const std::string any_subtype = std::string(type.substr(0, type.find('/'))) + "/*";
  for (const auto entry : base::between_commas(header)) {
    const std::string range = base::lower_case(header_trim(entry.substr(0, entry.find(';'))));
    if (range == type || range == "*/*" || range == any_subtype) return true;
  }
  return false;
}

void check_headers(const http::Headers& headers, const Request& request, const Json& tools) {
  const Json& version = base::member(base::member(request.params, "_meta"), "io.modelcontextprotocol/protocolVersion");
  // A body without version, name or address is refused for that, by those who know what it should be.
  if (version.is_string()) require_equal(headers, "MCP-Protocol-Version", version);
  require_equal(headers, "Mcp-Method", request.method);
  const auto source = named_by(request.method);
  if (source.empty()) return;
  const Json& name = base::member(request.params, source);
  if (!name.is_string()) return;
  require_equal(headers, "Mcp-Name", name);
  if (request.method != "tools/call") return;
  const auto tool =
      std::ranges::find_if(tools, [&](const Json& each) { return base::same_value(base::member(each, "name"), name); });
  if (tool == tools.end()) return;
  check_parameters(headers, base::member(*tool, "inputSchema"), base::member(request.params, "arguments"));
}

}  // namespace mcp
