#include "base/error.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Errc, EveryOneHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) names.insert(to_string(static_cast<Errc>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Errc::internal) + 1);
}

TEST(Errc, ComesFromTheStatus) {
  const std::pair<int, Errc> vectors[] = {
      {400, Errc::invalid_request}, {401, Errc::unauthorized},    {403, Errc::unauthorized},
      {404, Errc::not_found},       {405, Errc::invalid_request}, {408, Errc::transient},
      {409, Errc::conflict},        {410, Errc::not_found},       {412, Errc::conflict},
      {415, Errc::invalid_request}, {422, Errc::invalid_request}, {429, Errc::rate_limited},
      {500, Errc::transient},       {503, Errc::transient},       {302, Errc::transient}};
  for (const auto& [status, code] : vectors) EXPECT_EQ(errc_from_status(status), code) << status;
}

TEST(Error, SaysItsMessage) {
  EXPECT_STREQ(Error(Errc::conflict, "changed meanwhile").what(), "changed meanwhile");
}

}  // namespace
}  // namespace base
