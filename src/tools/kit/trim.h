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

// What a trim left out.
struct Cut {
  std::string what;   // for a note: what is missing, and how to get it
  bool loses = true;  // false: what went says nothing that the rest does not say
};

// Changes the value so that, if it can, it and the note print in at most `room` characters. Nothing when it left the
// value alone.
using Trim = std::function<std::optional<Cut>(Json& value, std::size_t room)>;

// Places are JSON pointers into the value. `how` says how to get what is missing, with the exact arguments.

// Leaves out one member.
Trim leave_out(std::string place, std::string how);
// Leaves one member out of every entry of a list.
Trim leave_out_of_entries(std::string list, std::string member, std::string how);
// The same for a member whose value can be told without it; `why` says how.
Trim leave_out_redundant(std::string list, std::string member, std::string why);
// Leaves null and [] out of every entry of a list.
Trim leave_out_unset(std::string list);
// Leaves everything but one member out of every entry of a list.
Trim keep_only(std::string list, std::string member, std::string how);
// Replaces texts of more than `longest` characters anywhere below `place` by their length.
Trim leave_out_texts(std::string place, std::size_t longest, std::string how);
// The same, but keeps their beginning: for texts that nobody would write back.
Trim shorten_texts(std::string place, std::size_t longest, std::string how);

// Leaves entries out at the end of a page that was asked for with `size_argument`, withholds the cookie of the next
// page beside the list and names the page size that fits, so that no entry is skipped (R-RES-09).
// `left_out` says how many more entries the page has than the list, because they could not have been shown anyway.
Trim cut_page(std::string list, std::string size_argument, std::size_t left_out = 0);
// The same where another member than the cookie says how to go on.
struct Continuation {
  std::string member;     // withheld
  std::string name;       // in the note
  std::string in_answer;  // of the call that shows less
};
Trim cut_page(std::string list, std::string size_argument, std::size_t left_out, Continuation continuation);
// Leaves entries out at the end of a list that comes whole, and names them by `name_member`.
Trim cut_list(std::string list, std::string name_member, std::string how);
// Leaves members out at the end of an object whose keys are names of things, and names them.
Trim cut_members(std::string place, std::string how);

// What is left to do when a tool's own trims were not enough: long texts, then entries from the end of the longest
// list and the longest members of the longest object, until it fits. The JSON stays valid. `how` says how to get what
// is missing.
std::string cut_anything(Json& value, std::size_t room,
                         const std::string& how = "a larger AIC_MAX_RESULT_CHARS shows them");

// The note about a cut, as it stands in a result.
std::string note_of(const Cut& cut);

// Characters (code points) of the value as printed.
std::size_t printed_size(const Json& value);
std::size_t characters(std::string_view utf8);
// Less than what it prints as after all that trims and hiding secrets can take from it but entries and members.
std::size_t least_size(const Json& value);

}  // namespace tools
