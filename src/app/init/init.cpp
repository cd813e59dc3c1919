#include "app/init/init.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/init/replace_file.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/process.h"
#include "base/text.h"
#include "base/url.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using Clients = std::vector<const McpClient*>;

[[noreturn]] void refuse(const fs::path& path, std::string_view why) {
  throw base::Error(base::Errc::conflict, fmt::format("{} was not changed: {}", to_text(path), why));
}

base::Error unusable(std::string why) {
  return {base::Errc::invalid_request, std::move(why)};
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return !path.empty() && fs::exists(path, error);
}

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, "it cannot be read");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) refuse(path, "it cannot be read");
  return text;
}

// Where the file itself is, behind symbolic links, which may lead to nothing yet.
fs::path target_of(const fs::path& path) {
  constexpr int most_links = 16;
  fs::path target = path;
  std::error_code error;
  for (int i = 0; i < most_links && fs::is_symlink(target, error); ++i) {
    const auto next = fs::read_symlink(target, error);
    if (error) refuse(path, error.message());
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  if (fs::is_symlink(target, error)) refuse(path, "its symbolic links lead nowhere");
  return target;
}

// Nobody means to have it changed then, whoever starts this program.
bool is_read_only(const fs::path& path) {
  return (fs::status(path).permissions() & fs::perms::owner_write) == fs::perms::none;
}

// A copy that is there already, of an earlier run or the person's own, is not written over.
fs::path place_of_copy(const fs::path& target, const std::string& text) {
  constexpr int most_copies = 100;
  for (int i = 0; i < most_copies; ++i) {
    const fs::path place = fs::path(target) += i == 0 ? ".bak" : fmt::format(".{}.bak", i);
    if (!fs::exists(fs::symlink_status(place))) return place;
    if (fs::is_regular_file(place) && read_whole(place) == text) return place;
  }
  refuse(target,
         fmt::format("there are {} copies of it already; remove some of {}*.bak", most_copies, to_text(target)));
}

bool is_usable_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest &&
         std::ranges::all_of(name, [](char c) { return base::is_letter_or_digit(c) || c == '-' || c == '_'; });
}

Clients all_clients() {
  Clients all;
  for (const McpClient& each : mcp_clients()) all.push_back(&each);
  return all;
}

Clients installed_clients(const Environment& environment) {
  Clients found = all_clients();
  std::erase_if(found, [&](const McpClient* each) {
    return !is_there(each->file(environment)) && !is_there(each->folder(environment));
  });
  return found;
}

std::string list_of(const Clients& clients) {
  std::string text;
  for (const auto* client : clients) text += fmt::format("  {:<15} {}\n", client->name, client->title);
  return text;
}

const McpClient& named_client(const std::string& name) {
  if (const auto* client = find_client(name)) return *client;
  std::vector<std::string> names;
  for (const McpClient& each : mcp_clients()) names.emplace_back(each.name);
  const auto nearest = base::nearest(name, names);
  constexpr std::size_t longest = 60;
  throw unusable(fmt::format("'{}' is not a client that init knows{}; it knows {}", base::printable(name, longest),
                             nearest.empty() ? "" : "; did you mean " + nearest + "?", fmt::join(names, ", ")));
}

// Null where nobody chose.
const McpClient* choose_client(const Clients& installed) {
  if (installed.empty()) {
    fmt::print(stderr, "No MCP client was found. Name one with --client:\n{}", list_of(all_clients()));
    return nullptr;
  }
  fmt::print(stderr, "These MCP clients were found:\n{}", list_of(installed));
  if (!base::is_terminal_stdin()) {
    fmt::print(stderr, "Name one with --client.\n");
    return nullptr;
  }
  fmt::print(stderr, "Which one? ");
  std::string answer;
  std::getline(std::cin, answer);
  const auto chosen = base::trim(answer);
  if (!chosen.empty()) return &named_client(std::string(chosen));
  fmt::print(stderr, "Nothing was changed.\n");
  return nullptr;
}

std::string tenant_of(const InitCommand& command, const Environment& environment) {
  const std::string text = command.tenant.empty() ? variable(environment, "AIC_BASE_URL") : command.tenant;
  const char* source = command.tenant.empty() ? "AIC_BASE_URL" : "--tenant";
  if (text.empty()) throw unusable("name the tenant with --tenant, such as https://openam-example.forgeblocks.com");
  if (base::has_user_info(text)) throw unusable(fmt::format("{} must not contain a user name or password", source));
  try {
    return base::parse_origin(text).url();
  } catch (const base::Error& error) {
    throw unusable(fmt::format("{} {}", source, error.message));
  }
}

void warn_of_place(const std::string& program) {
  if (program.contains("_npx"))
    fmt::print(stderr, "This program lies in npx's cache, which npm may remove. Install it with npm install -g.\n");
}

}  // namespace

bool edit_file(const fs::path& file, const McpClient& client, const ServerEntry& entry, bool remove) {
  const fs::path target = target_of(file);
  try {
    const bool is_new = !fs::exists(target);
    if (!is_new && !fs::is_regular_file(target)) refuse(target, "it is not a file");
    if (is_new && remove) return false;
    const std::string before = is_new ? std::string() : read_whole(target);
    const Edited edited = remove ? client.remove(before, entry.name) : client.set(before, entry);
    if (!edited.fault.empty()) refuse(target, edited.fault);
    if (!edited.has_changed) return false;
    if (is_new) {
      if (target.has_parent_path()) fs::create_directories(target.parent_path());
    } else {
      if (is_read_only(target)) refuse(target, "it is read-only");
      replace_file(place_of_copy(target, before), before, target);
      // Clients write their files while they run.
      if (read_whole(target) != before) refuse(target, "another program changed it at the same time; try again");
    }
    replace_file(target, edited.text, target);
  } catch (const std::system_error& error) {
    refuse(target, error.code().message());
  }
  return true;
}

int run_init(const InitCommand& command, const Environment& environment, const std::string& program) {
  if (!is_usable_name(command.name)) throw unusable("--name takes letters, digits, - and _, 64 at most");
  ServerEntry entry{.name = command.name, .program = program, .tenant = {}};
  if (!command.remove) entry.tenant = tenant_of(command, environment);
  const auto* client =
      command.client.empty() ? choose_client(installed_clients(environment)) : &named_client(command.client);
  if (client == nullptr) return 1;
  if (command.print) {
    fmt::print("{}", client->show(entry));
    return 0;
  }
  const auto file = client->file(environment);
  if (file.empty()) throw unusable("the environment does not say where this user's settings are");
  if (!command.remove) warn_of_place(program);
  const bool has_changed = edit_file(file, *client, entry, command.remove);
  const char* outcome = has_changed ? "now has" : "already has";
  if (command.remove) outcome = has_changed ? "no longer has" : "does not have";
  fmt::print("{}: {} {} the entry {}\n", client->title, to_text(file), outcome, entry.name);
  if (has_changed) fmt::print("Restart {}, so that it reads the file again.\n", client->title);
  return 0;
}

}  // namespace app
