#include "net/spawn_files.h"

namespace net {

short leave_no_files_open(posix_spawn_file_actions_t& /*actions*/) {
  return POSIX_SPAWN_CLOEXEC_DEFAULT;
}

}  // namespace net
