#include "support/auth/fake_channel.h"

#include "base/error.h"

namespace test {
namespace {

class Handle final : public auth::Shown {
 public:
  explicit Handle(std::shared_ptr<FakeChannel::Shown> shown) : shown_(std::move(shown)) {}
  void close(bool signed_in) override { shown_->closed.push_back(signed_in); }

 private:
  std::shared_ptr<FakeChannel::Shown> shown_;
};

}  // namespace

std::shared_ptr<auth::Shown> FakeChannel::show(auth::Prompt prompt, std::function<void(auth::Answer)> on_answer) {
  if (cannot_ask) throw base::Error(base::Errc::login_required, "not in the middle of this call");
  auto entry = std::make_shared<Shown>(Shown{std::move(prompt), std::move(on_answer), {}});
  shown.push_back(entry);
  if (const auto answer = answers.find(entry->prompt.id); answer != answers.end()) {
    entry->answer(answer->second);
  } else if (unwinds) {
    throw Unwound{entry->prompt.id};
  }
  return std::make_shared<Handle>(std::move(entry));
}

}  // namespace test
