// The tests of the key stores, and, called as "stores_test worker …", the other process that they need.
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "stores/worker.h"

namespace {

std::string& this_program() {
  static std::string path;
  return path;
}

}  // namespace

bool test::another_process(const std::string& words) {
  return std::system(fmt::format("\"{}\" worker {}", this_program(), words).c_str()) == 0;
}

int main(int count, char** words) {
  this_program() = words[0];
  if (count > 1 && words[1] == std::string_view("worker")) return test::work_for_test({words + 2, words + count});
  testing::InitGoogleMock(&count, words);
  return RUN_ALL_TESTS();
}
