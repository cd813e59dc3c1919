#include "auth/record_name.h"

#include <algorithm>
#include <charconv>
#include <ranges>
#include <vector>

#include <fmt/core.h>

#include "base/encoding.h"
#include "base/text.h"

namespace auth {
namespace {

constexpr std::size_t random_bytes = 8;
constexpr std::int64_t day_s = 86'400;
constexpr std::string_view unknown = "-";

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_mark(std::string_view text, std::string& mark) {
  if (text.empty() || (text != unknown && !is_hex(text))) return false;
  if (text != unknown) mark = text;
  return true;
}

std::string_view written(const std::string& mark) {
  return mark.empty() ? unknown : std::string_view(mark);
}

bool same_boot(const ProcessMark& left, const ProcessMark& right) {
  return !left.boot.empty() && left.boot == right.boot;
}

bool same_machine(const ProcessMark& left, const ProcessMark& right) {
  return same_boot(left, right) || (!left.machine.empty() && left.machine == right.machine);
}

}  // namespace

std::string mark_of(std::string_view id) {
  constexpr std::string_view marks = "5c0f6f0e-64a5-4a6b-9f0c-7f1c1d0f7b52";
  if (id.empty()) return {};
  auto digits = base::uuid_from_name(marks, id);
  std::erase(digits, '-');
  return digits.substr(0, 16);
}

RecordName make_record_name(std::string tenant, ProcessMark self, std::int64_t now_unix_s, base::Random& random) {
  return {.tenant = std::move(tenant),
          .random = base::hex(random.bytes(random_bytes)),
          .created_unix_s = now_unix_s,
          .process = std::move(self)};
}

std::string print_record_name(const RecordName& name) {
  const auto& process = name.process;
  return fmt::format("{}#{}.{}.{}.{}.{}.{}.{}", name.tenant, name.random, name.created_unix_s, process.pid,
                     process.started, written(process.machine), written(process.boot), written(process.pid_namespace));
}

std::optional<RecordName> parse_record_name(std::string_view account) {
  const auto hash = account.rfind('#');
  if (hash == std::string_view::npos || hash == 0) return std::nullopt;
  std::vector<std::string_view> parts;
  for (const auto part : account.substr(hash + 1) | std::views::split('.')) parts.emplace_back(part);
  if (parts.size() != 7) return std::nullopt;

  RecordName name{.tenant = std::string(account.substr(0, hash)), .random = std::string(parts[0])};
  auto& process = name.process;
  const bool fits = parts[0].size() == 2 * random_bytes && is_hex(parts[0]) &&
                    read_number(parts[1], name.created_unix_s) && read_number(parts[2], process.pid) &&
                    read_number(parts[3], process.started) && read_mark(parts[4], process.machine) &&
                    read_mark(parts[5], process.boot) && read_mark(parts[6], process.pid_namespace);
  return fits ? std::optional(std::move(name)) : std::nullopt;
}

bool is_dead(const RecordName& record, const ProcessMark& self, std::int64_t now_unix_s,
             const ProcessStart& process_start) {
  const auto& owner = record.process;
  if (same_machine(owner, self) && !owner.boot.empty() && !self.boot.empty() && owner.boot != self.boot) return true;
  const bool visible = same_boot(owner, self) && !owner.pid_namespace.empty() &&
                       owner.pid_namespace == self.pid_namespace && owner.pid != 0;
  if (!visible) return now_unix_s - record.created_unix_s > day_s;
  const auto start = process_start(owner.pid);
  return !start || (*start != 0 && owner.started != 0 && *start != owner.started);
}

}  // namespace auth
