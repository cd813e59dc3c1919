// A Tenant over the fakes, with bearers that count.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "aic/shared.h"
#include "aic/tenant.h"
#include "support/kit/fake_clock.h"
#include "support/kit/fake_http.h"
#include "support/kit/fake_random.h"
#include "support/kit/run.h"

namespace test {

// "token-1" until it is refused, then "token-2", …
class CountingBearers final : public aic::Bearers {
 public:
  net::Task<aic::Bearer> get(aic::Scopes scopes) override {
    asked.push_back(std::move(scopes));
    if (failure) throw *failure;
    co_return std::make_shared<const base::Secret>("token-" + std::to_string(refusals + 1));
  }
  void refused(const aic::Scopes&, const aic::Bearer& bearer) override {
    if (bearer->equals("token-" + std::to_string(refusals + 1))) ++refusals;
  }
  std::string refusal_hint(const aic::Scopes&) const override { return hint; }

  int refusals = 0;
  std::vector<aic::Scopes> asked;
  std::optional<base::Error> failure;
  std::string hint;
};

class TenantFixture {
 public:
  aic::Tenant make(std::uint64_t call = 1) {
    return aic::Tenant(
        {loop, clock, random, http, shared}, {.host = "tenant.example", .port = 443}, limits, bearers, trace, call,
        [this] { ++first_writes; }, [this](std::string message) { progress.push_back(std::move(message)); });
  }
  template <typename T>
  T run(net::Task<T> task) {
    return test::run(loop, std::move(task));
  }
  // The Error that the task ends with.
  template <typename T>
  base::Error error_of(net::Task<T> task) {
    try {
      run(std::move(task));
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return {base::Errc::internal, "no error"};
  }

  net::Loop loop;
  FakeClock clock{loop};
  FakeRandom random;
  FakeHttp http{"https://tenant.example"};
  aic::Shared shared{loop};
  aic::TimeLimits limits;
  CountingBearers bearers;
  aic::Trace trace{"txn-1"};
  int first_writes = 0;
  std::vector<std::string> progress;
};

}  // namespace test
