// REST against one tenant on behalf of one call: bearers, headers, repeats, transaction ids and typed errors.
// Knows nothing of how a token is come by.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/url.h"
#include "http/http.h"
#include "http/repeat.h"
#include "net/loop.h"

namespace aic {

using base::Json;
using Scopes = std::set<std::string>;
using Bearer = std::shared_ptr<const base::Secret>;

// Where scoped tokens come from.
class Bearers {
 public:
  virtual ~Bearers() = default;
  virtual net::Task<Bearer> get(Scopes scopes) = 0;
  // The tenant answered 401 to this token.
  virtual void refused(const Scopes& scopes, const Bearer& bearer) = 0;
  // What may explain that the tenant refused a token for these scopes (R-TOK-15, R-RES-15): one sentence, or empty.
  virtual std::string refusal_hint(const Scopes&) const { return {}; }
};

// What a call has asked of the tenant so far, for results, errors and the log.
class Trace {
 public:
  explicit Trace(std::string transaction_id) : own_id_(std::move(transaction_id)) {}
  const std::string& own_id() const { return own_id_; }
  // The ids to look for, joined by ", ": ours, then those that the tenant made itself, three at most, and how many more
  // there were (R-ECO-01). `first`, the id of the answer in question, comes before those of writes, and these before
  // those of reads.
  std::string ids(std::string_view first = {}) const;
  void saw_id(std::string_view id, bool of_write);
  int requests = 0;  // that were sent
  int ended = 0;     // of these, by an answer or without one
  // What was sent, in order; one for all repeats of a request.
  struct Sent {
    std::string method;
    std::string path;  // with `_action`, without the rest of the query, which may hold anything
    int status = 0;    // 0: no answer came
    std::string transaction_id;
  };
  std::vector<Sent> sent;
  // Half characters (base/surrogates.h) in what was read, shown as U+FFFD.
  std::size_t half_characters = 0;
  int empty_reads = 0;  // reads that were answered 2xx without a body (R-HTT-09)
  // What was changed, and what may have been: "PATCH /openidm/…: 200", "PUT /am/…: outcome unknown"; in order.
  std::vector<std::string> writes;
  std::uint64_t change_number = 0;  // of these in the journal (aic/journal.h), once they are noted

 private:
  std::string own_id_;
  std::vector<std::string> ids_of_writes_, ids_of_reads_;  // that the tenant made itself
};

struct RequestOptions {
  Scopes scopes;
  http::Headers headers;         // besides Authorization, Accept, X-ForgeRock-TransactionId
  net::Duration total_limit{0};  // 0 = the setting's
  // Of a log request: how long it waits at most for the tenant's limit to open again (R-HTT-18).
  net::Duration log_wait{30'000};
  // What is read of a long list in the answer; nothing for all.
  std::optional<base::PartOfList> part = {};
  bool read_only_post = false;  // schema, template, listOutcomes, getAllTypes, validate: repeated like a read
  // Taken beforehand. A write that is given one rests on a read after that, and is sent once (aic/look_again.h).
  Bearer bearer = nullptr;
};

struct Reply {
  int status = 0;
  http::Headers headers;
  Json body;                 // null for an empty answer to a read
  std::size_t left_out = 0;  // entries of the list of which a part was asked for
  std::string transaction_id;

  // The revision for If-Match: `_rev` of the body, else `etag` without quotes and W/; empty when neither is there.
  std::string revision() const;
};

struct Shared;

// Everything of the process that a tenant needs; outlives it.
struct Edges {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  http::HttpClient& http;
  Shared& shared;  // aic/shared.h
};

struct TimeLimits {
  net::Duration total{60'000};
  net::Duration slow_total{180'000};  // log queries, feature install, AI-agent enablement
};

// For whom requests are made, and the scopes that they may name.
struct Permit {
  std::string holder;
  Scopes scopes;
  bool may_write = true;  // false: a tool that is published as read-only (R-OFF-06)
};

// Called when a token is there and the first request of this call that may change the tenant is about to be sent. It
// is not sent where this throws.
using OnFirstWrite = std::function<void()>;
using OnProgress = std::function<void(std::string)>;

class Watch;     // aic/watch.h
struct Message;  // aic/watch.h

class Tenant {
 public:
  Tenant(Edges edges, base::Origin origin, TimeLimits limits, Bearers& bearers, Trace& trace, std::uint64_t call,
         OnFirstWrite on_first_write, OnProgress on_progress);

  // All throw base::Error for a status outside 200–299 and when no answer came. After a write that may have been sent,
  // and after one whose 2xx is not the tenant's own (a proxy's page, nothing, half an answer), the code is
  // outcome_unknown: whether it happened is to be read back (R-WRT-09). A null body sends none. Nothing is sent that
  // would store U+FFFD in place of half characters that this call has read (R-WRT-06).
  net::Task<Reply> get(base::Target target, RequestOptions options);
  net::Task<Reply> post(base::Target target, Json body, RequestOptions options);
  net::Task<Reply> put(base::Target target, Json body, RequestOptions options);
  net::Task<Reply> patch(base::Target target, Json body, RequestOptions options);
  net::Task<Reply> remove(base::Target target, RequestOptions options);

  // For a write that rests on a read: to be taken before that read (R-WRT-14).
  net::Task<Bearer> bearer(Scopes scopes);
  // How often this call had to wait for more than an answer: for a repeat, another bearer, a sign-in, its turn to write
  // a document.
  int waits() const { return waits_; }
  void waited_for_turn() { ++waits_; }
  // Such a wait, shown to the caller with its reason.
  net::Task<> wait(net::Duration duration, std::string_view why);
  // From here on a request that names another scope, or changes what may only be read, is a fault of this program:
  // Errc::internal, before a token is had and before anything is sent.
  void confine_to(Permit permit) { permit_ = std::move(permit); }

  // What sees the requests of this call from here on, and may answer them itself. It outlives them; null for nothing.
  void watch(Watch* watch) { watch_ = watch; }

  const base::Origin& origin() const { return origin_; }
  Trace& trace() { return trace_; }
  Edges& edges() { return edges_; }
  const TimeLimits& limits() const { return limits_; }

 private:
  struct Exchange;

  net::Task<http::Response> deliver(Exchange& exchange, const Message& message);
  net::Task<Reply> exchange(std::string method, base::Target target, Json body, RequestOptions options);
  net::Task<http::Response> send_authorized(Exchange& exchange);
  net::Task<http::Response> send_once(Exchange& exchange);
  void note_wait(net::Duration duration, std::string_view why);
  net::Task<http::Response> send(Exchange& exchange);
  net::Task<> wait_for_log_window(const Exchange& exchange);
  void note_log_window(const Exchange& exchange, const http::Response& response);
  base::Error refusal(const Exchange& exchange, const http::Response& response) const;
  void refuse_changed_text(const Exchange& exchange) const;
  void dress(http::Request& request, const Json& body) const;
  void need_permit(const Scopes& scopes, std::string_view request) const;
  void need_permit_to_write(const Exchange& exchange) const;
  Reply read(const Exchange& exchange, http::Response response) const;

  Edges edges_;
  base::Origin origin_;
  TimeLimits limits_;
  Bearers& bearers_;
  Trace& trace_;
  std::uint64_t call_;
  OnFirstWrite on_first_write_;
  OnProgress on_progress_;
  std::optional<Permit> permit_;  // none: any scope
  Watch* watch_ = nullptr;
  bool has_written_ = false;
  int waits_ = 0;
};

}  // namespace aic
