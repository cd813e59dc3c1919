// How a program is started without our files. One source file per system.
#pragma once

#include <spawn.h>

namespace net {

// Adds what closes all descriptors but 0, 1 and 2 in the program; called after all other actions. Returns the flags of
// posix_spawn that this needs.
short leave_no_files_open(posix_spawn_file_actions_t& actions);

}  // namespace net
