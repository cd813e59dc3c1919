// Making a result that is above the budget shorter, visibly: whole members or entries go, and each step says what is
// missing, how much, and which arguments get it (R-RES-07 to -09).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tools {

using base::Json;

// Changes the value so that, if it can, it prints in at most `room` characters. Gives the note about what is missing
// (without "Truncated:"), or nothing when it left the value alone.
using Trim = std::function<std::optional<std::string>(Json& value, std::size_t room)>;

// Places are JSON pointers into the value. `how` says how to get what is missing, with the exact arguments.

// Leaves out one member.
Trim leave_out(std::string place, std::string how);
// Leaves one member out of every entry of a list.
Trim leave_out_of_entries(std::string list, std::string member, std::string how);
// Leaves null and [] out of every entry of a list.
Trim leave_out_unset(std::string list);
// Replaces texts of more than `longest` characters anywhere below `place` by their length.
Trim leave_out_texts(std::string place, std::size_t longest, std::string how);
// The same, but keeps their beginning: for texts that nobody would write back.
Trim shorten_texts(std::string place, std::size_t longest, std::string how);

// Leaves entries out at the end of a page that was asked for with `size_argument`, withholds the cookie of the next
// page beside the list and names the page size that fits, so that no entry is skipped (R-RES-09).
Trim cut_page(std::string list, std::string size_argument);
// Leaves entries out at the end of a list that comes whole, and names them by `name_member`.
Trim cut_list(std::string list, std::string name_member, std::string how);
// Leaves members out at the end of an object whose keys are names of things, and names them.
Trim cut_members(std::string place, std::string how);

// What is left to do when a tool's own trims were not enough: long texts, then the longest list or object, until it
// fits. The JSON stays valid.
std::string cut_anything(Json& value, std::size_t room);

// Characters (code points) of the value as printed.
std::size_t printed_size(const Json& value);
std::size_t characters(std::string_view utf8);

}  // namespace tools
