#include "app/prompts.h"

#include <algorithm>
#include <utility>

#include "app/data.h"
#include "base/encoding.h"

namespace app {
namespace {

using base::Json;

// What a person fills in becomes part of a text for a model: one line, no longer than any name.
constexpr std::size_t longest_argument = 200;

const Json& find_prompt(std::string_view name) {
  const auto found =
      std::ranges::find_if(prompt_texts(), [&](const Json& prompt) { return base::is_text(prompt.at("name"), name); });
  if (found == prompt_texts().end()) {
    throw mcp::ProtocolError(mcp::rpc::invalid_params, "unknown prompt: " + base::printable(name, 100));
  }
  return *found;
}

// What stands for each {name} in the prompt's text. What a person fills in is not looked through for marks again.
std::string fill_in(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string filled;
  while (true) {
    const auto begin = text.find('{');
    filled += text.substr(0, begin);
    if (begin == std::string_view::npos) return filled;
    text.remove_prefix(begin);
    const auto end = text.find('}');
    const auto found = end == std::string_view::npos ? values.end() : values.find(text.substr(1, end - 1));
    const std::size_t taken = found == values.end() ? 1 : end + 1;
    filled += found == values.end() ? text.substr(0, 1) : std::string_view(found->second);
    text.remove_prefix(taken);
  }
}

}  // namespace

const Json& prompt_texts() {
  static const Json texts = base::parse_json(data::prompts_json);
  return texts;
}

std::string prompt_text(const Json& prompt, const std::map<std::string, std::string, std::less<>>& values) {
  std::string text;
  for (const Json& line : prompt.at("text")) text += line.get<std::string>() + "\n";
  return fill_in(text, values);
}

std::string prompt_argument(std::string_view prompt, std::string_view argument) {
  for (const Json& candidate : find_prompt(prompt).at("arguments")) {
    if (base::is_text(candidate.at("name"), argument)) return base::text_member(candidate, "is");
  }
  return {};
}

Prompts::Prompts() {
  for (const Json& prompt : prompt_texts()) {
    Json entry = prompt;
    entry.erase("text");
    for (Json& argument : entry["arguments"]) argument.erase("is");
    listed_.push_back(std::move(entry));
  }
}

net::Task<mcp::PromptResult> Prompts::get(mcp::PromptGet request) {
  const Json& prompt = find_prompt(request.name);
  std::map<std::string, std::string, std::less<>> values;
  for (const Json& argument : prompt.at("arguments")) {
    const auto name = argument.at("name").get<std::string>();
    const std::string given = base::text_member(request.arguments, name, base::text_member(argument, "otherwise"));
    values.emplace(name, base::printable(given, longest_argument));
  }
  mcp::PromptResult result;
  result.description = base::text_member(prompt, "description");
  result.messages.push_back({{"role", "user"}, {"content", {{"type", "text"}, {"text", prompt_text(prompt, values)}}}});
  co_return result;
}

}  // namespace app
