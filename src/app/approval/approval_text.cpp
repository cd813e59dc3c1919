#include "app/approval/approval_text.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/approval/line_diff.h"
#include "base/encoding.h"
#include "base/text.h"
#include "tools/kit/trim.h"
#include "tools/kit/unseen.h"

namespace app {
namespace {

using base::Json;

// Characters that a person can be expected to look through.
constexpr std::size_t longest_question = 30'000;

std::string marked(const DiffLine& line) {
  switch (line.kind) {
    case DiffLine::Kind::removed:
      return fmt::format("\n- {}", line.text);
    case DiffLine::Kind::added:
      return fmt::format("\n+ {}", line.text);
    case DiffLine::Kind::same:
      return fmt::format("\n  {}", line.text);
    case DiffLine::Kind::skipped:
      break;
  }
  return fmt::format("\n  [{} equal {}]", line.skipped, line.skipped == 1 ? "line" : "lines");
}

std::string one_side(std::string_view mark, const std::string& text) {
  std::string out;
  for (const auto line : lines_of(text)) out += fmt::format("\n{} {}", mark, line);
  return out;
}

std::string difference(const Json& entry) {
  const bool has_before = entry.contains("before"), has_after = entry.contains("after");
  // In one line: a name must not look like words of ours.
  std::string out = "\n" + base::printable(tools::with_unseen_shown(base::text_member(entry, "path"))) + ":";
  if (has_before && has_after) {
    const auto before = readable(entry["before"]), after = readable(entry["after"]);
    for (const auto& line : line_diff(before, after)) out += marked(line);
  } else if (has_before) {
    out += one_side("-", readable(entry["before"]));
  } else if (has_after) {
    out += one_side("+", readable(entry["after"]));
  }
  if (const auto note = base::text_member(entry, "note"); !note.empty()) out += "\n  " + note;
  return out;
}

}  // namespace

std::optional<std::string> approval_text(const Question& question) {
  std::string head = fmt::format("Let the assistant run {} ({}) on {}, as {}?\n", question.tool, question.title,
                                 question.tenant, tools::with_unseen_shown(question.person));
  if (!question.moved.empty()) head += "\n" + question.moved + "\n";
  std::string body;
  for (const auto& step : question.steps) {
    body += fmt::format("\n{} ({} {})", tools::with_unseen_shown(step.what), step.method,
                        tools::with_unseen_shown(step.target));
    for (const auto& entry : step.differences) body += difference(entry);
    if (!step.note.empty()) body += "\n" + step.note;
    body += "\n";
  }
  for (const auto& warning : question.warnings) body += "\nNote: " + tools::with_unseen_shown(warning);
  if (!question.is_complete)
    body += "\nFurther steps depend on the tenant's answers. You will be asked about each of them.";
  auto text = head + body;
  return tools::characters(text) <= longest_question ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace app
