// How a sign-in reaches the person: what the client of a call can show, in words that know no MCP.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace auth {

struct Prompt {
  enum class Mode { url, form };
  std::string id;  // of the sign-in it belongs to; a prompt with the same id is the same prompt
  Mode mode = Mode::form;
  std::string message;  // plain text; in Mode::form it contains the address
  std::string url;      // Mode::url
};

enum class Answer { accepted, declined, cancelled, undeliverable };

// A prompt on the person's screen. Dropping the handle leaves it there.
class Shown {
 public:
  virtual ~Shown() = default;
  // The sign-in is over: takes the prompt away.
  virtual void close(bool signed_in) = 0;
};

class Channel {
 public:
  virtual ~Channel() = default;
  virtual bool shows_urls() const = 0;
  virtual bool shows_forms() const = 0;
  // True when this call came with the answer to the prompt of that id, which `show` then gives at once. Tells the
  // repeated call of a prompt that unwound it from other calls, which must not be prompted a second time.
  virtual bool has_answer(const std::string& prompt_id) const = 0;
  // Shows the prompt and returns at once; `on_answer` is called once, now or later. May unwind the call by an exception
  // that is no base::Error (the call will be repeated with the answer): let it pass. Throws
  // base::Error{login_required} where the person cannot be asked any more in this call.
  virtual std::shared_ptr<Shown> show(Prompt prompt, std::function<void(Answer)> on_answer) = 0;

  // True when the caller sees progress, and so will wait longer than a minute.
  virtual bool reports_progress() const = 0;
  virtual void progress(std::string message) = 0;
};

}  // namespace auth
