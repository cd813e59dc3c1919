// The codes of JSON-RPC errors.
#pragma once

namespace mcp::rpc {

// JSON-RPC 2.0 §5.1.
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
// Of the codes that a server may choose; SDKs use it for a connection that has ended.
inline constexpr int begun_anew = -32000;
// Those that 2026-07-28 adds.
inline constexpr int header_mismatch = -32020;
inline constexpr int missing_client_capability = -32021;
inline constexpr int unsupported_version = -32022;

}  // namespace mcp::rpc
