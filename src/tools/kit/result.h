// What a tool hands back, and how that becomes what its reader gets: notes, JSON, transaction id; secrets hidden;
// within the budget (R-RES-03 to -10, -14, -22, R-CLI-01, -02). docs/clients.md says why it has this form. What a
// protocol makes of it is not known here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "tools/kit/trim.h"
#include "tools/kit/unseen.h"

namespace tools {

using base::Json;

// A text that stands beside the JSON, e.g. a picture.
struct Attachment {
  std::string uri;
  std::string media_type;
  std::string text;
};

// A success, or a failure when `error` is set.
struct Result {
  Json value = Json::object();
  std::vector<std::string> notes;       // for the reader: one sentence each
  std::vector<Trim> trims;              // what may go when the result is above the budget, first things first
  std::string rest;                     // how to get what goes when the trims were not enough; empty = a larger budget
  std::vector<Attachment> attachments;  // the first to go
  bool is_last_copy = false;            // nothing can show it again: it is not cut
  std::optional<base::Error> error;
};

// A success.
Result done(Json value, std::vector<std::string> notes = {});
// Nothing was sent because the call makes no sense as it is: category invalid_request. `next` says what would help.
Result refuse(std::string why, std::string next = {});
// The same with what was found, e.g. the users of a thing that was to be deleted.
Result refuse_with(Json findings, std::string why, std::string next);
// The same to be thrown.
base::Error refusal(Json findings, std::string why, std::string next);
// A failure that carries more than one sentence, as an outcome instead of an exception.
Result failed(base::Error error);

// How long a result may be.
struct Budget {
  std::size_t max_chars = 38'000;
  bool counts_structure = true;  // the reader gets a declared output as a value, beside the text
};

// What a result shows besides what the tool said.
struct Context {
  std::string tenant;               // host name, for a tool that writes (R-RES-22)
  std::string transaction_ids;      // empty when nothing was asked of the tenant
  std::uint64_t change_number = 0;  // in the list of changes; 0 where the call changed nothing
  bool declares_output = false;     // the tool has an outputSchema
  Budget budget = {};
  std::vector<std::string> secrets = {};  // given with the call: not to be repeated in any words (secret_texts)
  std::vector<std::string> notes = {};    // what the reader shall know, whatever came of the call
  UnseenCharacters* unseen = nullptr;     // remembers what was shown; null where no argument may repeat it
};

// What the reader gets of a call.
struct Rendered {
  bool is_failure = false;
  bool is_declared = false;        // `value` is what the tool's outputSchema promises
  std::vector<std::string> notes;  // those that do not stand in `value`
  Json value;                      // of a failure: error_json
  std::string json;                // `value` as it stands in `text`
  std::string text;                // the whole, in words
  std::vector<Attachment> attachments;
  std::string tenant;           // as in Context
  std::string transaction_ids;  // as in Context
};

// The members that a declared output has besides the tool's own: a client may show its model nothing else (R-CLI-01).
Json common_output();

Rendered render(Result result, const Context& context);

// The JSON of a failure (R-RES-03); members without content are left out.
Json error_json(const base::Error& error);

}  // namespace tools
