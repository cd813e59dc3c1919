// A file that several processes append lines to, and that another program may rotate (R-AUD-01). One source file per
// system.
#pragma once

#include <string>
#include <string_view>

namespace app {

// Opens the file, locks it, appends the line and a line break, and closes it. A new file is for its owner alone. The
// line is in the file whole or not at all: what is left of a line whose writer was killed is removed first. Nothing is
// written to a file that is no audit log (torn_line.h), and nothing taken out of it. Throws base::Error{configuration}
// with the reason. Blocks for 200 ms at most while another process holds the lock.
void append_line(const std::string& path, std::string_view line);

// Whether a line of an ordinary length could be appended now, tried: makes the file where there is none, and leaves
// its content as it is. Throws as append_line does.
void try_to_append(const std::string& path);

// What speaks against appending, as far as can be seen without making the file; empty for nothing.
std::string obstacle_to_lines(const std::string& path);

// True where others than the owner may read the file. Always false on Windows, where an ACL says more than that.
bool others_may_read(const std::string& path);

}  // namespace app
