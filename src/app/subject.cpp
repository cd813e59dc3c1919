#include "app/subject.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/catalog.h"

namespace app {
namespace {

using base::Errc;

struct Source {
  std::string_view tool, reader;
  std::vector<const char*> arguments;  // that both have
  std::vector<const char*> names;      // members of what is read that people know it by
};

const Source* source_for(std::string_view tool) {
  static const std::vector<const char*> object = {"objectType", "objectId"};
  static const std::vector<const char*> script = {"realm", "scriptId"};
  static const std::vector<const char*> theme = {"realm", "themeIdentifier"};
  static const std::vector<const char*> person = {"userName", "name", "mail"};
  static const std::vector<Source> all = {
      {"patchManagedObject", "getManagedObject", object, person},
      {"deleteManagedObject", "getManagedObject", object, person},
      {"updateScript", "getAMScript", script, {"name"}},
      {"deleteScript", "getAMScript", script, {"name"}},
      {"updateTheme", "getTheme", theme, {"name"}},
      {"deleteTheme", "getTheme", theme, {"name"}},
      {"setDefaultTheme", "getTheme", theme, {"name"}},
  };
  const auto found = std::ranges::find(all, tool, &Source::tool);
  return found == all.end() ? nullptr : &*found;
}

bool is_about_sign_in(Errc code) {
  return code == Errc::login_required || code == Errc::login_declined || code == Errc::login_failed;
}

std::string names_in(const base::Json& thing, const std::vector<const char*>& members) {
  std::vector<std::string> names;
  for (const char* member : members) {
    const base::Json& name = base::member(thing, member);
    if (name.is_string()) names.push_back(fmt::format("{} {}", member, base::print_json(name)));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

net::Task<Subject> find_subject(const tools::Tool& tool, const base::Json& arguments, aic::Tenant& tenant) {
  const Source* source = source_for(tool.name);
  const tools::Tool* reader = source == nullptr ? nullptr : tools::find_tool(source->reader);
  if (reader == nullptr) co_return Subject{};
  base::Json asked = base::Json::object();
  for (const char* argument : source->arguments) {
    if (!arguments.contains(argument)) co_return Subject{};
    asked[argument] = arguments[argument];
  }
  const auto ran = co_await tools::run_tool(*reader, asked, tenant, {.progress = [](const std::string&) {}});
  const auto& failure = ran.result.error;
  if (failure && is_about_sign_in(failure->code)) co_return Subject{{}, failure};
  if (failure) co_return Subject{fmt::format("an object whose name could not be read ({})", failure->message), {}};
  co_return Subject{names_in(ran.result.value, source->names), {}};
}

}  // namespace app
