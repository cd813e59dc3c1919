#include "aic/attempt.h"

#include <utility>

#include <fmt/format.h>

#include "aic/difference.h"
#include "base/encoding.h"

namespace aic {

std::string found_after_all(const base::Error& failure) {
  return fmt::format("The write got no usable answer ({}), but a later read shows that it took effect.",
                     failure.what_failed.empty() ? failure.message : failure.what_failed);
}

base::Error not_happened(base::Error failure) {
  failure.may_have_happened = false;
  if (!failure.what_failed.empty()) failure.message = std::exchange(failure.what_failed, {});
  failure.message += "; reading back shows that nothing was changed";
  if (failure.code == base::Errc::blocked) return failure;  // and would be again
  failure.code = base::Errc::transient;
  failure.next = "Call again; this is safe.";
  return failure;
}

base::Error unclear(base::Error failure, std::string_view known) {
  failure.code = base::Errc::outcome_unknown;
  failure.may_have_happened = true;
  failure.message += "; reading back does not show whether it happened";
  if (!known.empty()) failure.message += fmt::format(": {}", known);
  failure.next = "Read the current state before you call again.";
  return failure;
}

net::Task<Settled> settle(Attempt sent, Look look) {
  if (!sent.is_open()) co_return Settled{.answer = std::move(sent)};
  auto failure = std::move(sent.error());
  Seen seen;
  try {
    seen = co_await look();
  } catch (const base::Error&) {
    // What is known stays "unclear"; the first failure says more than that of the second look.
  }
  if (seen.write == Seen::Write::happened) co_return Settled{.answer = std::move(seen.now), .lost = std::move(failure)};
  if (seen.write == Seen::Write::did_not_happen) throw not_happened(std::move(failure));
  if (seen.write == Seen::Write::unclear) {
    failure = unclear(std::move(failure), seen.known);
    if (!seen.detail.is_null()) failure.detail = std::move(seen.detail);
  }
  failure.code = base::Errc::outcome_unknown;
  if (!seen.next.empty()) failure.next = std::move(seen.next);
  throw failure;
}

std::string made_id(const Reply& reply) {
  if (auto id = base::text_member(reply.body, "_id"); !id.empty()) return id;
  auto location = http::header(reply.headers, "location");
  location = location.substr(0, location.find_first_of("?#"));
  return base::percent_decode(location.substr(location.find_last_of('/') + 1));
}

net::Task<Removed> remove_and_look(Tenant& tenant, base::Target target, Json former, RequestOptions options,
                                   RequestOptions read) {
  Removed removed{.answer = co_await attempt(tenant.remove(target, std::move(options)))};
  const bool says_missing = removed.answer.is_missing();
  if (!says_missing && !removed.answer.is_open()) co_return std::move(removed);
  const auto now = co_await read_back(tenant.get(std::move(target), std::move(read)));
  if (now.is_missing()) {
    removed.found_gone = !says_missing;
    co_return std::move(removed);
  }
  auto failure = removed.answer.error();
  if (now.failed() || !now.reply().body.is_object()) throw unclear(std::move(failure));
  if (!differences(former, now.reply().body).empty())
    throw unclear(std::move(failure), "the object that is there now is not the one to delete");
  if (says_missing)
    failure.message = fmt::format("{} was answered with 404, although the object exists", failure.request);
  throw not_happened(std::move(failure));
}

}  // namespace aic
