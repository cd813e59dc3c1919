// A request whose failure its caller wants to look into: as a value, since nothing can be awaited in a catch block.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "aic/failure.h"
#include "aic/tenant.h"

namespace aic {

// What became of a request: a reply or a failure.
class Attempt {
 public:
  Attempt(Reply reply) : outcome_(std::move(reply)) {}
  Attempt(base::Error error) : outcome_(std::move(error)) {}

  bool failed() const { return std::holds_alternative<base::Error>(outcome_); }
  bool failed_with(int status) const { return failed() && error().status == status; }
  // There is no such thing, by the tenant's own word.
  bool is_missing() const { return failed() && says_missing(error()); }
  // A write that may have happened although it failed: no answer came, or none of the tenant's own.
  bool is_open() const { return failed() && error().may_have_happened; }

  // The one that is there; the other throws std::bad_variant_access.
  Reply& reply() { return std::get<Reply>(outcome_); }
  const Reply& reply() const { return std::get<Reply>(outcome_); }
  base::Error& error() { return std::get<base::Error>(outcome_); }
  const base::Error& error() const { return std::get<base::Error>(outcome_); }

  // The reply, or the failure thrown.
  Reply& value() {
    if (failed()) throw error();
    return reply();
  }

 private:
  std::variant<Reply, base::Error> outcome_;
};

// The note on a write without a proper answer, when reading back shows that it happened.
std::string found_after_all(const base::Error& failure);

// Of a write without a proper answer, when reading back shows that it did not happen: repeating is safe.
base::Error not_happened(base::Error failure);

// The same when reading back does not tell either: outcome_unknown, whatever the failure looked like (R-WRT-09).
// `known` is what it does tell: "it is there, but not as asked".
base::Error unclear(base::Error failure, std::string_view known = {});

// What reading back shows of a write whose outcome is open.
struct Seen {
  enum class Write {
    happened,
    did_not_happen,
    unclear,
    pending,  // it does not show, but may still happen
  };

  Write write = Write::unclear;
  Reply now = {};          // what the tenant holds; of a write that happened it stands for the answer
  std::string known = {};  // unclear: what is told all the same, as in unclear()
  Json detail = nullptr;   // unclear: what there is
  std::string next = {};   // unclear, pending: what helps; empty for the usual advice
};
using Look = std::function<net::Task<Seen>()>;

// A write whose outcome is known.
struct Settled {
  Attempt answer;  // a failure is the tenant's own word
  // What came in place of a proper answer; then `answer` is what reading back shows.
  std::optional<base::Error> lost = {};
};

// Sent writes whose outcome is open are looked for: one that happened has what `look` shows for an answer. Throws
// not_happened() and unclear(), the latter also where `look` fails; and what came of the write where it is pending.
net::Task<Settled> settle(Attempt sent, Look look);

// A deletion whose outcome is known.
struct Removed {
  Attempt answer;           // a failure with is_missing(): somebody else deleted it before
  bool found_gone = false;  // no proper answer came; reading back, the thing is not there (any more)
};

// Deletes `former`, which was there when it was last read, and reads back where no proper answer came, and where the
// tenant says that there is no such thing. (Of a thing that was never read, nothing could be concluded from not
// finding it.) Throws not_happened() and unclear(). `read` is for the reading.
net::Task<Removed> remove_and_look(Tenant& tenant, base::Target target, Json former, RequestOptions options,
                                   RequestOptions read);

// A reading after a write: as attempt(), but nothing is thrown, as what became of the write has to be told anyway.
inline net::Task<Attempt> read_back(net::Task<Reply> request) {
  try {
    co_return Attempt(co_await std::move(request));
  } catch (const base::Error& error) {
    co_return Attempt(error);
  }
}

// The id of what a request made: `_id` of the answer, else the end of `location`; empty when neither is there.
std::string made_id(const Reply& reply);

// Throws what kept the request from being made at all: no token could be had, or this program may not ask for it.
inline net::Task<Attempt> attempt(net::Task<Reply> request) {
  try {
    co_return Attempt(co_await std::move(request));
  } catch (const base::Error& error) {
    if (error.about_token || error.code == base::Errc::internal) throw;
    co_return Attempt(error);
  }
}

}  // namespace aic
