#include "app/skills.h"

#include <map>

#include <fmt/format.h>

#include "app/prompts.h"

namespace app {
namespace {

using base::Json;

std::string uri_of(const Json& prompt) {
  return fmt::format("skill://{}/SKILL.md", base::text_member(prompt, "name"));
}

// Who takes up a skill has filled in no arguments.
std::string inputs_of(const Json& prompt) {
  std::string lines;
  for (const Json& argument : prompt.at("arguments")) {
    lines +=
        fmt::format("* <{}>: {}{}\n", base::text_member(argument, "name"), base::text_member(argument, "description"),
                    base::is_true(base::member(argument, "required")) ? "" : " (optional)");
  }
  return lines.empty() ? lines : "Ask the person for what is not known yet:\n\n" + lines + "\n";
}

// A JSON text is one of YAML, too.
std::string text_of(const Json& prompt) {
  std::map<std::string, std::string, std::less<>> marks;
  for (const Json& argument : prompt.at("arguments")) {
    const auto name = base::text_member(argument, "name");
    marks.emplace(name, fmt::format("<{}>", name));
  }
  return fmt::format("---\nname: {}\ndescription: {}\n---\n\n# {}\n\n{}{}", base::text_member(prompt, "name"),
                     base::print_json(prompt.at("description")), base::text_member(prompt, "title"), inputs_of(prompt),
                     prompt_text(prompt, marks));
}

}  // namespace

const Json& listed_skills() {
  static const Json listed = [] {
    Json entries = Json::array();
    for (const Json& prompt : prompt_texts()) {
      entries.push_back({{"uri", uri_of(prompt)},
                         {"name", prompt.at("name")},
                         {"title", prompt.at("title")},
                         {"description", prompt.at("description")},
                         {"mimeType", "text/markdown"}});
    }
    return entries;
  }();
  return listed;
}

std::optional<std::string> skill_at(std::string_view uri) {
  for (const Json& prompt : prompt_texts()) {
    if (uri == uri_of(prompt)) return text_of(prompt);
  }
  return std::nullopt;
}

}  // namespace app
