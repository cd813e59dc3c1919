// Starts other programs with nothing of ours in them: no open file, no signal setting, not our terminal. POSIX only.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace net {

struct Started {
  pid_t pid = 0;
  int error = 0;  // of errno; 0 for started
};

// Starts the program that command[0] names, by the PATH of `environment` ("NAME=value" each), in a session of its own.
// Its descriptors are 0, 1 and 2 alone: /dev/null, but for `output`, which becomes its stdout if it is given. The
// caller waits for its end.
Started start_program(std::vector<std::string> command, std::vector<std::string> environment, int output = -1);

}  // namespace net
