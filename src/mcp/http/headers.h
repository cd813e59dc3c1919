// The rules about the headers of HTTP requests to MCP: which hosts and sites may reach this server, what a client must
// accept, and that the headers of 2026-07-28 say the same as the body (basic/transports/streamable-http). Pure text
// work; what to answer is decided in transport.cpp.
#pragma once

#include "http/http.h"
#include "mcp/message.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcp {

// Who may talk to this server: without it any web page could, through a name that it lets point here (DNS rebinding).
struct HttpGate {
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "[::1]"};  // names without port
  std::vector<std::string> origins;  // "https://example.com", besides http and https on `hosts`
};

// True when exactly one Host is given and it is one of ours, with any port.
bool is_host_allowed(const HttpGate& gate, const http::Headers& headers);
// True when there is no Origin, as from clients that are no browsers, or one that is allowed.
bool is_origin_allowed(const HttpGate& gate, const http::Headers& headers);

// Whether a Content-Type is this one, whatever its parameters.
bool is_type(std::string_view header, std::string_view type);
// Content negotiation without its weights: whether a header that lists media types contains this one.
bool lists_type(std::string_view header, std::string_view type);

// MCP-Protocol-Version, Mcp-Method, Mcp-Name and Mcp-Param-*. `tools` are the entries of tools/list. Throws
// ProtocolError{header_mismatch}.
void check_headers(const http::Headers& headers, const Request& request, const Json& tools);

}  // namespace mcp
