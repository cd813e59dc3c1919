// Writes that rest on a read (R-WRT-14): each is sent once, with a bearer that was at hand before that read. Where it
// was not done, and where something had to be waited for in between, what was read may be outdated: the work goes back
// to reading, comparing and computing instead of sending the same body later.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "aic/tenant.h"

namespace aic {

// The write was provably not done; only what reads anew may send it again. No base::Error, as nothing in between should
// take it for the outcome.
struct NotDone : std::exception {
  // A member is made here, nothing is forgotten: NOLINTNEXTLINE(bugprone-throw-keyword-missing)
  explicit NotDone(base::Error cause) : cause(std::move(cause)) {}
  const char* what() const noexcept override { return cause.what(); }

  base::Error cause;                       // the outcome where there is no further try
  std::optional<net::Duration> wait = {};  // that the tenant asked for
  bool sent = true;                        // false: given up before, for what was read had become old
};

// How often the work may begin anew: three sendings at most (R-HTT-06), and one more after a 401 (R-TOK-18).
class Tries {
 public:
  explicit Tries(Tenant& tenant) : tenant_(tenant) {}
  // Waits before the next try. Throws the cause when there is none.
  net::Task<> next(NotDone failure);

 private:
  Tenant& tenant_;
  int sent_ = 0, outdated_ = 0, refused_ = 0;
};

// Runs `work(bearer)` until it ends otherwise than by NotDone. It reads, compares, computes, and sends what rests on
// that with RequestOptions.bearer.
template <typename Work>
auto until_done(Tenant& tenant, Scopes scopes, Work work) -> std::invoke_result_t<Work&, Bearer> {
  for (Tries tries(tenant); true;) {
    auto bearer = co_await tenant.bearer(scopes);
    std::optional<NotDone> failure;
    try {
      co_return co_await work(std::move(bearer));
    } catch (const NotDone& not_done) {
      failure = not_done;
    }
    co_await tries.next(std::move(*failure));
  }
}

// Throws NotDone where this call has waited for something since it had waited `waits` times.
void need_no_wait(const Tenant& tenant, int waits);

}  // namespace aic
