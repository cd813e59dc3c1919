#include "tools/kit/fan_out.h"

#include <exception>

#include <fmt/format.h>

#include "aic/content.h"
#include "net/loop.h"

namespace tools {
namespace {

// A fan-out of so many requests or fewer needs no progress, and more often than this nobody reads it.
constexpr std::size_t worth_telling = 10;

struct Progress {
  Call& call;
  std::string_view what;
  std::size_t all;
  std::size_t finished = 0;

  void one_more() {
    ++finished;
    if (all > worth_telling && (finished % worth_telling == 0 || finished == all))
      call.progress(fmt::format("{} of {} {}", finished, all, what));
  }
};

net::Task<Json> ask_one(const Ask& ask, Progress& progress) {
  auto reply = co_await ask();
  progress.one_more();
  co_return std::move(reply.body);
}

}  // namespace

net::Task<std::vector<Answer>> ask_all(Call& call, std::string_view what, std::vector<Ask> asks) {
  Progress progress{.call = call, .what = what, .all = asks.size()};
  std::vector<net::Task<Json>> tasks;
  tasks.reserve(asks.size());
  for (const Ask& ask : asks) tasks.push_back(ask_one(ask, progress));
  auto outcomes = co_await net::gather(std::move(tasks));

  std::vector<Answer> answers;
  answers.reserve(outcomes.size());
  for (auto& outcome : outcomes) {
    if (outcome.value) {
      answers.push_back({.body = std::move(*outcome.value)});
      continue;
    }
    try {
      std::rethrow_exception(outcome.error);
    } catch (const base::Error& error) {
      answers.push_back({.error = error});
    }
  }
  co_return answers;
}

void need_body(Answer& answer, std::string_view asked) {
  if (!answer.error && answer.body.is_null()) answer.error = aic::missing_content(asked, answer.body);
}

Json failed_entry(const base::Error& error) {
  Json entry{{"status", error.status == 0 ? Json(nullptr) : Json(error.status)}};
  // That it may have happened all the same is no word of the tenant's.
  const bool in_own_words = error.tenant_message.empty() || error.may_have_happened;
  entry["message"] = in_own_words ? error.message : error.tenant_message;
  return entry;
}

}  // namespace tools
