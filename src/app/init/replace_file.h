// A new content for a file in one step: whoever reads it finds the old one or the new one. One source file per system.
#pragma once

#include <filesystem>
#include <string_view>

namespace app {

// `target` gets the rights (mode, owner, ACL) of `like`; where that is no file, this user alone may read it. Throws
// std::system_error, and leaves `target` as it was then.
void replace_file(const std::filesystem::path& target, std::string_view text, const std::filesystem::path& like);

}  // namespace app
