// What a product gives to the protocol, and what the protocol gives to a running call. This is the one seam
// between MCP's two eras: revisions with a handshake (2024-11-05 to 2025-11-25) and the stateless 2026-07-28.
// Code behind it never asks which era a call came from.
#pragma once

#include "base/json.h"
#include "net/task.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mcp {

using base::Json;

// A question for the person at the client (MCP client/elicitation).
struct Elicitation {
  enum class Mode { url, form };

  std::string key;  // names the question: the same key is the same question, also in a retried request
  Mode mode = Mode::form;
  std::string message;
  std::string url;               // Mode::url
  Json schema = Json::object();  // Mode::form: `properties` and `required` of requestedSchema
};

enum class Action { accept, decline, cancel, undeliverable };

struct ElicitationAnswer {
  Action action = Action::undeliverable;
  Json content;  // what the form brought; null in URL mode
};

// A question that stands on the person's screen. Dropping the handle leaves it there.
class OpenElicitation {
 public:
  virtual ~OpenElicitation() = default;
  // The matter is settled: withdraws the question if it is unanswered (no answer comes then) and, where the revision
  // has it and the matter went well, tells the client that it is complete. Harmless when repeated.
  virtual void close(bool completed) = 0;
};

// The client of one call, as far as the call may know it.
class Client {
 public:
  virtual ~Client() = default;

  virtual bool elicits_urls() const = 0;
  virtual bool elicits_forms() const = 0;

  // True when this request brought the answer to the question of that key, which `elicit` then gives at once. Only
  // requests of 2026-07-28 can.
  virtual bool has_answer(const std::string&) const { return false; }
  // Asks the person. With a handshake revision the question is sent now, outlives the call if need be, and
  // `on_answer` is called once, later, on the loop. In 2026-07-28 the answer came with the request, then
  // `on_answer` is called before this returns; or it did not, then this throws InputRequired, which unwinds the call:
  // the client will repeat the whole request with the answer. After `commit` it throws CannotAsk instead.
  virtual std::shared_ptr<OpenElicitation> elicit(Elicitation question,
                                                  std::function<void(ElicitationAnswer)> on_answer) = 0;
  // From now on this call has changed something and cannot start over.
  virtual void commit() = 0;

  // True when the request carried a progress token.
  virtual bool wants_progress() const = 0;
  // Sends a progress notification; the value rises by itself. Nothing happens without a token or after the result.
  virtual void progress(std::string message) = 0;
};

// Unwinds a call whose question travels in its result (2026-07-28). Only the protocol layer catches it.
class InputRequired : public std::exception {
 public:
  explicit InputRequired(Elicitation question) : question(std::move(question)) {}
  const char* what() const noexcept override { return "input required"; }
  Elicitation question;
};

// Thrown by `Client::elicit` when the question would need a new round but the call has already changed something.
class CannotAsk : public std::exception {
 public:
  const char* what() const noexcept override { return "the person cannot be asked in the middle of this call"; }
};

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

inline constexpr int invalid_params = -32602;

struct ToolCall {
  std::uint64_t number = 0;  // counts the calls of this process, from 1
  std::string name;
  Json arguments = Json::object();
  Json meta;  // `_meta` of the request, or null
  std::shared_ptr<Client> client;
};

struct ToolResult {
  Json content = Json::array();
  Json structured;  // `structuredContent`, or null for none
  bool is_error = false;
  Json meta;  // `_meta` of the result, or null
};

// `serverInfo` and `instructions`.
struct Identity {
  std::string name, title, version, instructions;
};

// The product, seen from the protocol.
class Host {
 public:
  virtual ~Host() = default;
  virtual const Identity& identity() const = 0;
  // The entries of tools/list, in their order.
  virtual const Json& tools() const = 0;
  // Runs one tool. Throws ProtocolError for an unknown one. Is cancelled when the client withdraws the call.
  virtual net::Task<ToolResult> call_tool(ToolCall call) = 0;
};

}  // namespace mcp
