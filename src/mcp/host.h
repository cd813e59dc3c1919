// What a product gives to the protocol. Together with client.h this is the one seam between MCP's two eras: revisions
// with a handshake (2024-11-05 to 2025-11-25) and the stateless 2026-07-28. Code behind it never asks which era a call
// came from. What a product does not offer is neither declared nor answered.
#pragma once

#include "base/json.h"
#include "mcp/changes.h"
#include "mcp/client.h"
#include "mcp/codes.h"
#include "net/task.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mcp {

// Answers the request with a JSON-RPC error instead of a result.
class ProtocolError : public std::exception {
 public:
  ProtocolError(int code, std::string message, Json data = nullptr)
      : code(code), message(std::move(message)), data(std::move(data)) {}
  const char* what() const noexcept override { return message.c_str(); }
  int code;
  std::string message;
  Json data;
};

// There is no resource with that address (server/resources, Error Handling). `data` is its `uri`.
class NoSuchResource : public ProtocolError {
 public:
  explicit NoSuchResource(const std::string& uri) : NoSuchResource("Resource not found", uri) {}
  NoSuchResource(std::string message, const std::string& uri)
      : ProtocolError(rpc::invalid_params, std::move(message), Json{{"uri", uri}}) {}
};

struct ToolCall {
  std::uint64_t number = 0;  // counts the requests of this process that reach the product, from 1
  std::string name;
  Json arguments = Json::object();
  Json meta;  // `_meta` of the request, or null; `traceparent`, `tracestate` and `baggage` are the caller's trace
  std::shared_ptr<Client> client;
};

struct ToolResult {
  Json content = Json::array();
  Json structured;  // `structuredContent`, or null for none
  bool is_error = false;
  Json meta;  // `_meta` of the result, or null
};

struct ResourceRead {
  std::uint64_t number = 0;
  std::string uri;
  Json meta;
  std::shared_ptr<Client> client;
};

struct ResourceResult {
  Json contents = Json::array();  // TextResourceContents or BlobResourceContents
  Json meta;
  std::int64_t ttl_ms = 0;  // how long the client may keep it, and whether other people may see it (utilities/caching)
  bool is_public = false;
};

struct PromptGet {
  std::uint64_t number = 0;
  std::string name;
  Json arguments = Json::object();  // texts only
  Json meta;
  std::shared_ptr<Client> client;
};

struct PromptResult {
  std::string description;
  Json messages = Json::array();  // PromptMessage
  Json meta;
};

// What somebody types into one argument of a prompt or variable of a resource template (utilities/completion).
struct CompletionQuery {
  enum class Of { prompt, resource };
  Of of = Of::prompt;
  std::string reference;  // the prompt's name or the template's text
  std::string argument;
  std::string value;                // as far as it is typed
  Json arguments = Json::object();  // what is already filled in: texts only
};

struct Completion {
  std::vector<std::string> values;  // best first; the protocol sends the first hundred and says that there are more
};

// Resources and their templates (server/resources). Reading may ask the person.
class Resources {
 public:
  virtual ~Resources() = default;
  // The entries of resources/list, in their order. May take time, but asks nobody. What they are is the client's alone.
  virtual net::Task<Json> list() = 0;
  // The entries of resources/templates/list, in their order.
  virtual const Json& templates() const = 0;
  // Throws NoSuchResource.
  virtual net::Task<ResourceResult> read(ResourceRead request) = 0;
  // True when changes of single resources are told (Change::What::resource).
  virtual bool watches() const { return false; }
};

// Prompts (server/prompts). Getting one may ask the person.
class Prompts {
 public:
  virtual ~Prompts() = default;
  // The entries of prompts/list, in their order.
  virtual const Json& prompts() const = 0;
  // Throws ProtocolError{invalid_params} for an unknown one. Required arguments are there.
  virtual net::Task<PromptResult> get(PromptGet request) = 0;
};

// Completion. There is no client to ask: nobody expects a question while typing.
class Completer {
 public:
  virtual ~Completer() = default;
  // Throws ProtocolError{invalid_params} for an unknown prompt or template.
  virtual net::Task<Completion> complete(CompletionQuery query) = 0;
};

// `serverInfo` and `instructions`.
struct Identity {
  std::string name, title, version, instructions;
};

// The product, seen from the protocol. Null means: not offered.
class Host {
 public:
  virtual ~Host() = default;
  virtual const Identity& identity() const = 0;
  // The entries of tools/list, in their order.
  virtual const Json& tools() const = 0;
  // Runs one tool. Throws ProtocolError for an unknown one. Is cancelled when the client withdraws the call.
  virtual net::Task<ToolResult> call_tool(ToolCall call) = 0;

  virtual Resources* resources() { return nullptr; }
  virtual Prompts* prompts() { return nullptr; }
  virtual Completer* completer() { return nullptr; }
  // Where the host tells that its lists or resources change.
  virtual Changes* changes() { return nullptr; }
  // True when calls may send log messages.
  virtual bool logs() const { return false; }
  // Entries on one page of a list; 0 for all.
  virtual std::size_t page_size() const { return 0; }
};

}  // namespace mcp
