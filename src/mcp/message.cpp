#include "mcp/message.h"

#include "base/error.h"
#include "base/surrogates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace mcp {
namespace {

// All members of a batch are answered in one line, so their number bounds what one line can cost.
constexpr std::size_t most_batched = 1'000;

bool has(const Json& object, std::string_view name) {
  return object.contains(name);
}

Malformed invalid(Id id, std::string message) {
  return {rpc::invalid_request, std::move(id), std::move(message)};
}

// Never answered, so that two peers cannot keep correcting each other.
Response read_response(const Json& value, Id id) {
  Response response{std::move(id), nullptr, base::member(value, "error")};
  if (response.error.is_null()) response.result = base::member(value, "result");
  return response;
}

Message read_message(Json value) {
  if (!value.is_object()) return invalid({}, "a message must be a JSON object");
  const Json& raw_id = base::member(value, "id");
  Id id = id_text(raw_id);
  const Json& method = base::member(value, "method");
  if (method.is_null() && (has(value, "result") || has(value, "error"))) return read_response(value, std::move(id));

  if (has(value, "id") && id.empty()) return invalid({}, "an id must be a string or an integer");
  if (!base::is_text(base::member(value, "jsonrpc"), "2.0"))
    return invalid(std::move(id), "\"jsonrpc\" is not \"2.0\"");
  if (!method.is_string()) return invalid(std::move(id), "\"method\" is missing or not a string");

  std::string name = method.get<std::string>();
  Json params;
  if (const auto found = value.find("params"); found != value.end()) params = std::move(*found);
  if (!params.is_null() && !params.is_object()) {
    if (id.empty()) return invalid({}, "\"params\" is not an object");
    return Malformed{rpc::invalid_params, std::move(id), "\"params\" is not an object"};
  }
  if (id.empty()) return Notification{std::move(name), std::move(params)};
  return Request{std::move(id), std::move(name), std::move(params)};
}

Line read_line(Json value) {
  Line line;
  if (!value.is_array()) {
    line.messages.push_back(read_message(std::move(value)));
  } else if (value.empty()) {
    line.messages.emplace_back(invalid({}, "a batch must have at least one message"));
  } else if (value.size() > most_batched) {
    line.messages.emplace_back(invalid({}, fmt::format("a batch must have at most {} messages", most_batched)));
  } else {
    line.is_batch = true;
    line.messages.reserve(value.size());
    for (Json& item : value) line.messages.push_back(read_message(std::move(item)));
  }
  return line;
}

// JSON Schema takes 1.0 and 1e2 for integers; they are given back as they came.
bool is_whole(const std::string& number) {
  if (number.find_first_of(".eE") == std::string::npos) return true;
  constexpr double most_exact = 9'007'199'254'740'992;  // 2^53
  const double value = std::strtod(number.c_str(), nullptr);
  return std::abs(value) <= most_exact && std::trunc(value) == value;
}

// A request with half a character in it is refused under its own id; an id that is itself damaged is none.
void refuse_repaired(Message& message, const base::SurrogateRepair& repair) {
  const auto* request = std::get_if<Request>(&message);
  if (request == nullptr) return;
  if (request->id.find("\xef\xbf\xbd") != std::string::npos) {
    message = Malformed{rpc::parse_error, {}, "the id contains half of a surrogate pair"};
    return;
  }
  message = Malformed{rpc::invalid_params, request->id,
                      fmt::format("the request contains {} (at byte {}), which is half of a surrogate pair and not a "
                                  "character; send the whole pair, or leave it out",
                                  repair.escape, repair.position)};
}

std::optional<Line> read_repaired(std::string_view text) {
  const auto repair = base::replace_lone_surrogates(text);
  if (!repair) return std::nullopt;
  auto value = base::try_parse_json(repair->text);
  if (!value) return std::nullopt;
  Line line = read_line(std::move(*value));
  for (Message& message : line.messages) refuse_repaired(message, *repair);
  return line;
}

}  // namespace

Line parse_line(std::string_view text) {
  std::string problem;
  try {
    return read_line(base::parse_json(text));
  } catch (const base::Error& error) {
    problem = error.message;
  }
  if (auto line = read_repaired(text)) return std::move(*line);
  Line line;
  line.messages.emplace_back(Malformed{rpc::parse_error, {}, std::move(problem)});
  return line;
}

std::string id_text(const Json& value) {
  if (value.is_string()) return base::print_json(value);
  if (!base::is_number(value)) return {};
  std::string text = base::number_text(value);
  return is_whole(text) ? text : std::string();
}

std::string print_result(std::string_view id, std::string_view result) {
  std::string line;
  line.reserve(id.size() + result.size() + 40);
  line.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"result":)").append(result).append("}");
  return line;
}

std::string print_error(std::string_view id, int code, std::string_view message, const Json& data) {
  Json error = {{"code", code}, {"message", message}};
  if (!data.is_null()) error["data"] = data;
  std::string line = R"({"jsonrpc":"2.0",)";
  if (!id.empty()) line.append(R"("id":)").append(id).append(",");
  return line.append(R"("error":)").append(base::print_json(error)).append("}");
}

std::string print_request(std::string_view id, std::string_view method, std::string_view params) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":{},"params":{}}})", id, base::print_json(method), params);
}

std::string print_notification(std::string_view method, std::string_view params) {
  return fmt::format(R"({{"jsonrpc":"2.0","method":{},"params":{}}})", base::print_json(method), params);
}

}  // namespace mcp
