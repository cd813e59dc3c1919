#include "app/hardening.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Confinement, NamesWhatDoesNotHold) {
  Confinement open;
  open.capabilities = 0b1011;
  EXPECT_THAT(describe(open),
              AllOf(HasSubstr("core dumps ON"), HasSubstr("DUMPABLE"), HasSubstr("NOT LOCKED"),
                    HasSubstr("(limit none)"), HasSubstr("root file system writable"),
                    HasSubstr("new privileges possible"), HasSubstr("3 capabilities"), HasSubstr("user 0 (root)")));
}

TEST(Confinement, NamesWhatHolds) {
  const Confinement closed{.core_dumps_off = true,
                           .dumpable = false,
                           .pages_locked = true,
                           .lock_limit = 8U << 20U,
                           .root_read_only = true,
                           .no_new_privileges = true,
                           .capabilities = 0,
                           .user = 65532};
  EXPECT_EQ(describe(closed),
            "core dumps off, not dumpable, token pages locked in memory (limit 8192 KiB), root file system read-only, "
            "new privileges impossible, no capabilities, user 65532");
}

// In a process of its own, as none of this can be taken back.
int confine_and_read() {
  const rlimit none{0, 0};
  const rlimit little{65536, 65536};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_MEMLOCK, &little) != 0) return 1;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 2;
  // What root loses here, another user has lost already.
  if (geteuid() == 0 && setresuid(65532, 65532, 65532) != 0) return 3;
  const Confinement found = read_confinement({.pages_locked = true, .dumps_off = true});
  const bool as_set = found.core_dumps_off && !found.dumpable && found.pages_locked && found.lock_limit == 65536U &&
                      found.no_new_privileges && found.capabilities == 0 && found.user == geteuid();
  return as_set ? 0 : 4;
}

TEST(Confinement, IsReadFromTheSystem) {
  EXPECT_EXIT(std::_Exit(confine_and_read()), ::testing::ExitedWithCode(0), "");
}

// Asked of the kernel itself: in a container root may have few or none.
std::uint64_t effective_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  EXPECT_EQ(syscall(SYS_capget, &header, data.data()), 0);
  return data[0].effective | (std::uint64_t{data[1].effective} << 32U);
}

TEST(Confinement, SeesThatNothingIsConfined) {
  const Confinement found = read_confinement({});
  EXPECT_TRUE(found.dumpable);
  EXPECT_FALSE(found.pages_locked);
  EXPECT_EQ(found.user, geteuid());
  EXPECT_EQ(found.capabilities, effective_capabilities());
}

}  // namespace
}  // namespace app
