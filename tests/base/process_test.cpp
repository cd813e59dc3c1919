#include "base/process.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

// Resident memory that is mapped from files, in kB.
long file_pages_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::stol(line.substr(line.find_first_of("0123456789")));
  }
  return -1;
}

// One byte of every page of this program's file that nobody writes to, added up; be it between two variables.
[[clang::no_sanitize("address", "thread", "undefined")]] int touch_program() {
  std::ifstream maps("/proc/self/maps");
  const auto program = program_folder();
  int sum = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(program) == std::string::npos || line.find(" rw") != std::string::npos) continue;
    const auto first = std::stoull(line, nullptr, 16);
    const auto end = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
    for (auto at = first; at < end; at += 4096) sum += *reinterpret_cast<const volatile char*>(at);
  }
  return sum;
}

TEST(ReleaseCodePages, GivesBackWhatIsNotUsedAgain) {
  const int before = touch_program();
  const auto touched = file_pages_kb();

  release_code_pages();

  EXPECT_LT(file_pages_kb(), touched);
  EXPECT_EQ(touch_program(), before);
}

}  // namespace
}  // namespace base
