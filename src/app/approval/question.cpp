#include "app/approval/question.h"

#include <numeric>
#include <utility>

#include "tools/kit/changes.h"
#include "tools/kit/secrets.h"
#include "tools/kit/unseen.h"

namespace app {
namespace {

using base::Json;

constexpr std::size_t everything = 1U << 30U;
constexpr tools::ChangeForm whole{.most = everything, .longest = everything, .with_origin = true};

Json differences_of(const aic::WrittenRequest& request, std::string& note) {
  const Json nothing = Json::object();
  const auto* before = aic::known_document(request.before);
  const auto* after = aic::known_document(request.after);
  if (request.is_deletion()) {
    if (before == nullptr) note = "What would be gone could not be read.";
    return tools::changes_between(before != nullptr ? *before : nothing, nothing, whole).entries;
  }
  if (before != nullptr && after != nullptr) return tools::changes_between(*before, *after, whole).entries;
  if (before != nullptr) note = "What it makes of the former document is not known.";
  return request.body.is_null() ? Json::array() : tools::changes_between(nothing, request.body, whole).entries;
}

// All that a PATCH asks for: the tenant may do with it what no preview shows.
Json operations_of(const aic::WrittenRequest& request) {
  Json operations = request.body;
  tools::hide_secrets(operations);
  if (!operations.is_array()) return operations;
  for (auto& operation : operations) {
    const auto field = base::text_member(operation, "field");
    if (tools::is_secret_name(field.substr(field.find_last_of('/') + 1)) && operation.contains("value"))
      operation["value"] = tools::hidden_secret;
  }
  return operations;
}

}  // namespace

std::size_t Question::differences() const {
  return std::accumulate(steps.begin(), steps.end(), std::size_t{0},
                         [](std::size_t sum, const Step& step) { return sum + step.differences.size(); });
}

Question make_question(const tools::Tool& tool, const tools::Preview& preview, std::string person, std::string tenant) {
  Question question{.tool = std::string(tool.name),
                    .title = std::string(tool.title),
                    .person = std::move(person),
                    .tenant = std::move(tenant),
                    .is_destructive = tool.hints.destructive,
                    .is_complete = preview.is_complete,
                    .warnings = preview.outcome.notes,
                    .fingerprint = preview.fingerprint};
  for (const auto& written : preview.requests) {
    const auto request = tools::decoded(written);
    Question::Step step{.what = tools::in_words(request), .method = request.method, .target = request.target};
    step.differences = differences_of(request, step.note);
    if (request.method == "PATCH") step.differences.push_back({{"path", "as sent"}, {"after", operations_of(request)}});
    question.steps.push_back(std::move(step));
  }
  if (preview.outcome.error)
    question.warnings.push_back("The call would then end with: " + preview.outcome.error->message);
  for (auto& warning : question.warnings) tools::hide_texts(warning, preview.secrets);
  return question;
}

Json to_json(const Question& question) {
  Json steps = Json::array();
  for (const auto& step : question.steps) {
    Json entry{{"what", step.what}, {"method", step.method}, {"path", step.target}, {"changes", step.differences}};
    if (!step.note.empty()) entry["note"] = step.note;
    steps.push_back(std::move(entry));
  }
  return {{"tool", question.tool},
          {"person", question.person},
          {"tenant", question.tenant},
          {"requests", std::move(steps)},
          {"complete", question.is_complete},
          {"warnings", question.warnings},
          {"fingerprint", question.fingerprint}};
}

std::string readable(const Json& value) {
  if (base::is_text(value, "")) return R"("")";
  return tools::with_unseen_shown(value.is_string() ? value.get<std::string>() : base::print_json_lines(value));
}

}  // namespace app
