#include "mcp/work.h"

#include "base/encoding.h"
#include "mcp/older.h"

#include <fmt/format.h>

#include <algorithm>

namespace mcp {
namespace {

// server/prompts, Error Handling: an unknown name or a missing argument is -32602.
void check_prompt_arguments(const Json& prompts, const std::string& name, const Json& arguments) {
  require_texts(arguments, "the arguments of a prompt");
  const auto entry =
      std::ranges::find_if(prompts, [&](const Json& prompt) { return base::is_text(prompt.at("name"), name); });
  if (entry == prompts.end()) {
    throw ProtocolError(rpc::invalid_params, "unknown prompt: " + base::printable(name, 100));
  }
  for (const Json& argument : base::member(*entry, "arguments")) {
    const auto wanted = argument.at("name").get<std::string>();
    if (base::is_true(base::member(argument, "required")) && !arguments.contains(wanted)) {
      throw ProtocolError(rpc::invalid_params, fmt::format("the prompt {} needs the argument \"{}\"", name, wanted));
    }
  }
}

net::Task<Outcome> run_prompt_work(Prompts& prompts, PromptGet request, std::string_view revision) {
  PromptResult result = co_await prompts.get(std::move(request));
  std::string members;
  if (!result.description.empty()) {
    members.append(R"("description":)").append(base::print_json(result.description)).append(",");
  }
  members.append(R"("messages":)").append(base::print_json(messages_in(revision, std::move(result.messages))));
  co_return Outcome{.members = std::move(members), .caching = {}, .meta = std::move(result.meta)};
}

}  // namespace

Work prompt_work(const Json& params, Prompts& prompts) {
  Work work{.about = required_text(params, "name", "prompts/get"),
            .arguments = object_or_empty(params, "arguments"),
            .meta = checked_meta(params),
            .run = {}};
  check_prompt_arguments(prompts.prompts(), work.about, work.arguments);
  work.run = [&prompts, request = PromptGet{0, work.about, work.arguments, work.meta, {}}](Handling handling) mutable {
    request.number = handling.number;
    request.client = std::move(handling.client);
    return run_prompt_work(prompts, std::move(request), handling.revision);
  };
  return work;
}

}  // namespace mcp
