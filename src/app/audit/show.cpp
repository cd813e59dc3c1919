#include "app/audit/show.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "app/audit/torn_line.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"

namespace app {
namespace {

using base::Json;

constexpr std::size_t longest_shown = 200;

std::string word(const Json& object, std::string_view name) {
  return base::printable(base::text_member(object, name), longest_shown);
}

// The chains of all runs in a file; their lines may stand in any mixture.
class Chains {
 public:
  // What is wrong with the line; empty for nothing. A file may begin in the middle of a run, as logs are rotated.
  std::string check(const Json& line, std::string_view text, std::vector<std::string>& notes) {
    const auto run = word(line, "run");
    const auto& seq = base::member(line, "seq");
    const auto& previous = base::member(line, "previous");
    if (run.empty() || !seq.is_number_unsigned() || !previous.is_string()) return "it is not a line of an audit log";
    const auto number = seq.get<std::uint64_t>();
    std::string fault;
    if (const auto found = chains_.find(run); found == chains_.end()) {
      if ((number == 1) != base::is_text(previous, "")) fault = "it does not begin its run as line 1 does";
      if (number > 1)
        notes.push_back(
            fmt::format("run {} begins with its line {}: the earlier ones are not in this file", run, number));
    } else if (number != found->second.seq + 1) {
      fault = fmt::format("line {} of run {} follows its line {}: lines are missing or in another order", number, run,
                          found->second.seq);
    } else if (!base::is_text(previous, found->second.digest)) {
      fault = fmt::format("the line before it in run {} was changed", run);
    }
    if (const auto& lost = base::member(line, "lost"); base::is_number(lost))
      notes.push_back(
          fmt::format("run {} could not write {} lines before its line {}", run, base::number_text(lost), number));
    chains_[run] = {.seq = number, .digest = base::hex(base::sha256(text))};
    return fault;
  }
  std::size_t count() const { return chains_.size(); }

 private:
  struct Chain {
    std::uint64_t seq = 0;
    std::string digest;  // of the latest line
  };
  std::map<std::string, Chain> chains_;
};

class Filter {
 public:
  explicit Filter(const AuditCommand& command) : command_(command) {
    if (command.since.empty()) return;
    since_ = base::parse_iso8601(command.since);
    if (!since_)
      throw base::Error(base::Errc::invalid_request,
                        "--since takes a date, or a date and time, such as 2026-01-31 or 2026-01-31T08:15Z");
  }

  bool takes(const Json& line) const {
    if (!command_.person.empty() && base::text_member(line, "person") != command_.person) return false;
    if (!command_.tool.empty() && base::text_member(line, "tool") != command_.tool) return false;
    if (!since_) return true;
    const auto time = base::parse_iso8601(base::text_member(line, "time"));
    return !time || *time >= *since_;
  }

 private:
  const AuditCommand& command_;
  std::optional<std::int64_t> since_;
};

std::string number_or(const Json& value, std::string_view otherwise) {
  return base::is_number(value) ? base::number_text(value) : std::string(otherwise);
}

std::string text_of_argument(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return base::print_json(value);
  return fmt::format("<{} of {} bytes>", base::text_member(value, "type"), number_or(base::member(value, "size"), "?"));
}

std::string arguments_of(const Json& line) {
  std::string text;
  const auto& arguments = base::member(line, "arguments");
  if (!arguments.is_object()) return text;
  for (const auto& [name, value] : arguments.items()) text += fmt::format(" {}={}", name, text_of_argument(value));
  return text;
}

// "2026-01-31T08:15:30.123Z  c0ffee-…  patchManagedObject objectType=alpha_user …: done", then its requests.
std::string printed_line(const Json& line) {
  std::string text = fmt::format("{}  {}  {}  ", word(line, "time"), word(line, "person"), word(line, "tenant"));
  const auto event = word(line, "event");
  if (event != "call") return text + event + "\n";
  text += base::printable(
      fmt::format("{}{}: {}", base::text_member(line, "tool"), arguments_of(line), base::text_member(line, "outcome")));
  if (const auto category = word(line, "category"); !category.empty()) text += fmt::format(" ({})", category);
  if (const auto& change = base::member(line, "changeNumber"); base::is_number(change))
    text += fmt::format(", change {}", base::number_text(change));
  if (const auto how = word(base::member(line, "approval"), "how"); !how.empty()) text += fmt::format(", {}", how);
  text += "\n";
  const auto& requests = base::member(line, "requests");
  if (!requests.is_array()) return text;
  for (const Json& request : requests) {
    text +=
        base::printable(fmt::format(
            "    {} {}: {}, transaction {}", base::text_member(request, "method"), base::text_member(request, "path"),
            number_or(base::member(request, "status"), "no answer"), base::text_member(request, "transactionId"))) +
        "\n";
  }
  return text;
}

void write(std::FILE* where, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), where);
}

class Output {
 public:
  void print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_failure();
  }
  // Why not all of it arrived; empty where it did, and where its reader did not want more.
  std::string fault() {
    if (std::fflush(stdout) != 0) note_failure();
    return error_ == 0 || error_ == EPIPE ? std::string() : std::generic_category().message(error_);
  }

 private:
  void note_failure() {
    if (error_ == 0) error_ = errno;
  }
  int error_ = 0;
};

}  // namespace

AuditShown show_audit(const AuditCommand& command, std::istream& log,
                      const std::function<void(std::string_view)>& print) {
  const Filter filter(command);
  AuditShown shown;
  Chains chains;
  for (std::string text; std::getline(log, text);) {
    // The last line of a writer that was killed has no line break; the next writer removes it.
    if (log.eof() && judge_torn(text) == Torn::remove) {
      shown.notes.emplace_back("the last line is not whole: its writer was stopped; the next server removes it");
      break;
    }
    ++shown.lines;
    const auto line = base::try_parse_json(text);
    const auto fault = line && line->is_object() ? chains.check(*line, text, shown.notes) : "it is not a JSON object";
    if (!fault.empty() && shown.fault.empty()) shown.fault = fmt::format("line {}: {}", shown.lines, fault);
    if (!line || !line->is_object() || !filter.takes(*line)) continue;
    print(command.json ? text + "\n" : printed_line(*line));
  }
  if (log.bad() && shown.fault.empty())
    shown.fault = fmt::format("line {}: the file cannot be read any further", shown.lines + 1);
  shown.runs = chains.count();
  return shown;
}

int run_audit(const AuditCommand& command) {
  const std::filesystem::path path(std::u8string(command.file.begin(), command.file.end()));
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!std::filesystem::is_regular_file(path, error) || !file)
    throw base::Error(base::Errc::invalid_request,
                      fmt::format("{} cannot be read as a file", base::printable(command.file, longest_shown)));
  Output output;
  const auto shown = show_audit(command, file, [&](std::string_view text) { output.print(text); });
  const auto why = output.fault();
  for (const auto& note : shown.notes) write(stderr, note + "\n");
  if (!shown.fault.empty()) {
    write(stderr, fmt::format("aic-mcp-server: the audit log is broken at {}\n", shown.fault));
    return 1;
  }
  write(stderr, fmt::format("The log is whole: lines {}, runs {}\n", shown.lines, shown.runs));
  if (why.empty()) return 0;
  write(stderr, fmt::format("aic-mcp-server: it was not printed in full: {}\n", why));
  return 1;
}

}  // namespace app
