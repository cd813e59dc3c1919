#include "aic/steps.h"

#include <utility>

#include <fmt/format.h>

namespace aic {

void Steps::done(std::string what) {
  if (!open_.empty()) {
    if (what.empty()) what = std::move(open_.front());
    open_.erase(open_.begin());
  }
  done_.push_back(std::move(what));
}

void Steps::undone() {
  if (done_.empty()) return;
  open_.insert(open_.begin(), std::move(done_.back()));
  done_.pop_back();
}

base::Error Steps::stopped(base::Error cause, std::string next) const {
  if (done_.empty()) return cause;
  cause.message =
      fmt::format("Stopped after {} of {} steps: {}", done_.size(), done_.size() + open_.size(), cause.message);
  cause.code = base::Errc::partial;
  cause.done = done_;
  cause.not_done = open_;
  if (cause.may_have_happened && !open_.empty()) cause.not_done[0] = open_.front() + ": not known whether it happened";
  cause.next = std::move(next);
  return cause;
}

}  // namespace aic
