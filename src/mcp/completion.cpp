#include "mcp/completion.h"

#include "mcp/work.h"

#include <fmt/format.h>

namespace mcp {
namespace {

constexpr std::size_t most_completions = 100;  // server/utilities/completion, Completion Results

}  // namespace

CompletionQuery read_completion(const Json& params) {
  constexpr std::string_view whose = "completion/complete";
  const Json& reference = base::member(params, "ref");
  const Json& argument = base::member(params, "argument");
  CompletionQuery query;
  const std::string type = required_text(reference, "type", whose);
  if (type != "ref/prompt" && type != "ref/resource") {
    throw ProtocolError(rpc::invalid_params, "\"ref\" must have the type ref/prompt or ref/resource");
  }
  query.of = type == "ref/prompt" ? CompletionQuery::Of::prompt : CompletionQuery::Of::resource;
  query.reference = required_text(reference, query.of == CompletionQuery::Of::prompt ? "name" : "uri", whose);
  query.argument = required_text(argument, "name", whose);
  query.value = required_text(argument, "value", whose);
  query.arguments = object_or_empty(base::member(params, "context"), "arguments");
  require_texts(query.arguments, "the arguments of the context");
  return query;
}

net::Task<std::string> run_completion(Completer& completer, CompletionQuery query) {
  Completion completion = co_await completer.complete(std::move(query));
  const std::size_t total = completion.values.size();
  if (total > most_completions) completion.values.resize(most_completions);
  co_return fmt::format(R"("completion":{{"values":{},"total":{},"hasMore":{}}})",
                        base::print_json(Json(completion.values)), total, total > most_completions);
}

}  // namespace mcp
