// The server on a line channel, both eras: any lines in, and out come JSON-RPC messages only, each request answered at
// most once. Input: lines. "!release" lets waiting tools go on, "!time" lets a minute pass.
#include "base/error.h"
#include "base/surrogates.h"
#include "fuzz/fuzz.h"
#include "support/mcp/conversation.h"

#include <map>
#include <string>

namespace {

using base::Json;

// How many requests there were with each id.
using Asked = std::map<std::string, int>;

void note_request(const Json& message, Asked& asked) {
  if (message.is_array()) {
    for (const Json& entry : message) note_request(entry, asked);
  } else if (message.is_object() && message.contains("id")) {
    ++asked[base::print_json(message["id"])];
  }
}

void note_requests(std::string_view line, Asked& asked) {
  const auto repair = base::replace_lone_surrogates(line);
  try {
    note_request(base::parse_json(repair ? std::string_view(repair->text) : line), asked);
  } catch (const base::Error&) {
    // The server will say so, with the id null.
  }
}

void check_message(const Json& message, Asked& asked, std::string_view line) {
  fuzz::require(message.is_object(), "a message is an object", line);
  fuzz::require(base::text_member(message, "jsonrpc") == "2.0", "a message names its protocol", line);
  if (message.contains("method")) return;
  fuzz::require(message.contains("result") != message.contains("error"), "an answer is a result or an error", line);
  const Json id = base::member(message, "id");
  if (id.is_null()) return fuzz::require(message.contains("error"), "only errors are about no request", line);
  const auto found = asked.find(base::print_json(id));
  fuzz::require(found != asked.end() && found->second-- > 0, "a request is answered once", line);
}

void check_line(const std::string& line, Asked& asked) {
  fuzz::require(line.find('\n') == std::string::npos, "a message is one line", line);
  const Json parsed = base::parse_json(line);
  if (!parsed.is_array()) return check_message(parsed, asked, line);
  fuzz::require(!parsed.empty(), "no empty batch", line);
  for (const Json& message : parsed) check_message(message, asked, line);
}

void say(test::Conversation& conversation, std::string_view line, Asked& asked) {
  if (line == "!release") return test::inside(conversation.loop, [&] { conversation.host.released.pulse(); });
  if (line == "!time") return conversation.clock.advance(net::Duration{60'000});
  note_requests(line, asked);
  conversation.say(std::string(line));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::Conversation conversation;
  conversation.host.offer_all();
  Asked asked;
  std::string_view rest = fuzz::text_of(data, size);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    say(conversation, rest.substr(0, end), asked);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  conversation.channel.end_input();
  test::inside(conversation.loop, [&] { conversation.host.released.set(); });
  while (!conversation.is_quiet()) check_line(conversation.hear(), asked);
  return 0;
}
