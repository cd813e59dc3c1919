// A browser that only takes notes.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "net/browser.h"

namespace test {

class FakeBrowser final : public net::Browser {
 public:
  net::Task<bool> open(std::string url) override {
    opened.push_back(url);
    if (on_open) on_open(std::move(url));
    co_return works;
  }

  bool works = true;
  std::vector<std::string> opened;
  std::function<void(std::string url)> on_open;
};

}  // namespace test
