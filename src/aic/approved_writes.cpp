#include "aic/approved_writes.h"

#include <utility>

namespace aic {

ApprovedWrites::ApprovedWrites(Approval approval, Writing& writing, const NotedRandom& random)
    : approval_(std::move(approval)),
      writing_(writing),
      random_(random),
      left_(approval_.digests.begin(), approval_.digests.end()) {}

net::Task<std::optional<http::Response>> ApprovedWrites::answer(Tenant& tenant, const Message& message) {
  if (message.is_write) {
    const bool is_approved = takes(message) || co_await is_approved_now(message);
    if (!is_approved || !co_await approval_.is_same_person()) throw NotApproved();
  }
  co_return co_await writing_.answer(tenant, message);
}

// Writes may leave side by side, so that their order is not the one that was shown.
bool ApprovedWrites::takes(const Message& message) {
  const auto digest = writing_.digest(message, random_.ids());
  if (const auto found = left_.find(digest); found != left_.end()) {
    left_.erase(found);
    sent_.insert(digest);
    return true;
  }
  // The same once more, on the same revision, after it was lost or refused.
  if (message.method != "POST" && sent_.contains(digest)) return true;
  return false;
}

net::Task<bool> ApprovedWrites::is_approved_now(const Message& message) {
  if (!left_.empty() || !approval_.ask_further) co_return false;
  co_return co_await approval_.ask_further(writing_.planned(message));
}

}  // namespace aic
