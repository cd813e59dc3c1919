// The client of one call, as far as what runs for it may know it: what can be asked of the person and of the client,
// progress, log messages. Code that uses this never asks which era of MCP the call came from.
#pragma once

#include "base/json.h"
#include "net/task.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// One of several things asked of the client at once.
struct Inquiry {
  enum class Kind { elicitation, sampling, roots };  // sampling/createMessage, roots/list

  std::string key;  // names it within the call
  Kind kind = Kind::elicitation;
  Json params = Json::object();  // of the request; an elicitation is of a form, its schema in `requestedSchema`
  // 2026-07-28: an answer may come with the first request, before anything was asked. Only for what decides nothing.
  bool takes_unasked_answer = false;
};

// RFC 5424 §6.2.1, as MCP names them.
enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };

class Client {
 public:
  virtual ~Client() = default;

  // True when the results of this client's calls carry `structuredContent` (from 2025-06-18).
  virtual bool gets_structure() const { return true; }
  // The protocol revision of the call; empty where none is agreed on.
  virtual std::string_view revision() const { return {}; }
  // The client's name and version as it gives them (Implementation); null where it gives none.
  virtual Json implementation() const { return nullptr; }

  virtual bool elicits_urls() const = 0;
  virtual bool elicits_forms() const = 0;
  virtual bool samples() const { return false; }
  virtual bool lists_roots() const { return false; }

  // True when this request brought the answer to the question of that key, which `elicit` then gives at once. Only
  // requests of 2026-07-28 can.
  virtual bool has_answer(const std::string&) const { return false; }
  // Asks the person. With a handshake revision the question is sent now, outlives the call if need be, and
  // `on_answer` is called once, later, on the loop. In 2026-07-28 the answer came with the request, then
  // `on_answer` is called before this returns; or it did not, then this throws InputRequired, which unwinds the call:
  // the client will repeat the whole request with the answer. After `commit` it throws CannotAsk instead.
  virtual std::shared_ptr<OpenElicitation> elicit(Elicitation question,
                                                  std::function<void(ElicitationAnswer)> on_answer) = 0;
  // Asks for all of these and waits for what comes back: the result of each (ElicitResult, CreateMessageResult,
  // ListRootsResult), null for one that the client refused. Unwinds in 2026-07-28 as `elicit` does. Throws
  // ProtocolError when the client has not declared that it can answer.
  virtual net::Task<std::vector<Json>> ask(std::vector<Inquiry> inquiries) = 0;
  // From now on this call has changed something and cannot start over.
  virtual void commit() = 0;

  // True when the request carried a progress token.
  virtual bool wants_progress() const = 0;
  // Sends a progress notification; the value rises by itself. Nothing happens without a token or after the result.
  virtual void progress(std::string message) = 0;
  // The same with a value and a total of the call's own choice; the value must rise.
  virtual void progress(double value, double total, std::string message) = 0;

  // Sends a log message if the client wants those of that level (Host::logs). `data` is any JSON.
  virtual void log(LogLevel level, std::string logger, Json data) = 0;
};

// Unwinds a call whose questions travel in its result (2026-07-28). Only the protocol layer catches it.
class InputRequired : public net::Unwinding {
 public:
  explicit InputRequired(std::vector<Inquiry> inquiries) : inquiries(std::move(inquiries)) {}
  const char* what() const noexcept override { return "input required"; }
  std::vector<Inquiry> inquiries;
};

// Thrown by `Client::elicit` when the question would need a new round but the call has already changed something.
class CannotAsk : public std::exception {
 public:
  const char* what() const noexcept override { return "the person cannot be asked in the middle of this call"; }
};

}  // namespace mcp
