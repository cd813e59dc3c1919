#include "tools/journeys/references.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "aic/paths.h"
#include "base/random.h"
#include "base/text.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"
#include "tools/references/texts.h"
#include "tools/scripts/names.h"
#include "tools/themes/list.h"
#include "tools/themes/store.h"

namespace tools::journeys {
namespace {

std::optional<Named> kind_of(const std::string& member, const std::string& text) {
  const auto name = base::lower_case(member);
  if (references::names_journeys(member)) return Named::journey;
  if (name.find("script") != std::string::npos && base::is_uuid(text)) return Named::script;
  if (name.find("emailtemplate") != std::string::npos) return Named::email_template;
  if (name == "identityresource") return Named::identity_resource;
  return std::nullopt;
}

// Looks for what the references name, each thing once.
class Lacks {
 public:
  Lacks(Call& call, std::string realm, std::string journey, ReadScripts& scripts)
      : call_(call), realm_(std::move(realm)), journey_(std::move(journey)), scripts_(scripts) {}

  net::Task<std::vector<Lack>> find(std::vector<Reference> references) {
    for (auto& reference : references) sort_in(std::move(reference));
    auto answers = co_await ask_all(call_, "things that the journey names", asks_);
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      look_at(asked_[i], answers[i]);
      if (asked_[i].kind == Named::script) scripts_[asked_[i].name] = std::move(answers[i]);
    }
    if (!themes_.empty()) co_await look_for_themes();
    co_return std::move(lacks_);
  }

 private:
  void sort_in(Reference reference) {
    switch (reference.kind) {
      case Named::identity_resource:
        return look_at_realm(std::move(reference));
      case Named::theme:
        themes_.push_back(std::move(reference));
        return;
      case Named::journey:
        if (reference.name != journey_) ask(std::move(reference), aic::tree, am_request());
        return;
      case Named::script:
        return ask(std::move(reference), aic::script, am_request(aic::script_read_headers()));
      case Named::email_template:
        return ask(
            std::move(reference), [](std::string_view, std::string_view name) { return aic::email_template(name); },
            idm_request());
    }
  }

  template <typename Address>
  void ask(Reference reference, Address address, aic::RequestOptions how) {
    const bool is_known = std::ranges::any_of(
        asked_, [&](const Reference& one) { return one.kind == reference.kind && one.name == reference.name; });
    if (is_known) return;
    asks_.emplace_back(
        [this, address, how, name = reference.name] { return call_.tenant().get(address(realm_, name), how); });
    asked_.push_back(std::move(reference));
  }

  void look_at(const Reference& reference, const Answer& answer) {
    static const std::map<Named, std::string_view> kinds = {
        {Named::journey, "journey"}, {Named::script, "script"}, {Named::email_template, "e-mail template"}};
    const auto what = fmt::format("{} {}", kinds.at(reference.kind), reference.name);
    if (!answer.error) return;
    if (is_missing(*answer.error))
      lacks_.push_back({reference, "there is no " + what, reference.kind != Named::email_template});
    else
      lacks_.push_back({reference, fmt::format("{} was not checked: {}", what, answer.error->message)});
  }

  // "managed/alpha_user" belongs to realm alpha.
  void look_at_realm(Reference reference) {
    for (const std::string_view other : {"alpha", "bravo"}) {
      if (other != realm_ && reference.name.starts_with(fmt::format("managed/{}_", other))) {
        auto why = fmt::format("{} belongs to realm {}", reference.name, other);
        lacks_.push_back({std::move(reference), std::move(why)});
        return;
      }
    }
  }

  net::Task<> look_for_themes() {
    std::vector<Ask> asks;
    asks.emplace_back([this] { return themes_reply(); });
    const auto answers = co_await ask_all(call_, "themes", std::move(asks));
    for (auto& reference : themes_) look_at_theme(std::move(reference), answers[0]);
  }

  net::Task<aic::Reply> themes_reply() {
    co_return aic::Reply{.status = 200, .body = co_await themes::read_themes(call_.tenant(), realm_)};
  }

  void look_at_theme(Reference reference, const Answer& themes) {
    const auto is_it = [&](const Json& theme) {
      return base::text_member(theme, "_id") == reference.name || base::text_member(theme, "name") == reference.name;
    };
    auto why = "there is no theme " + reference.name;
    if (themes.error) why = fmt::format("theme {} was not checked: {}", reference.name, themes.error->message);
    if (themes.error || std::ranges::none_of(themes.body, is_it)) lacks_.push_back({std::move(reference), why});
  }

  Call& call_;
  std::string realm_, journey_;
  ReadScripts& scripts_;
  std::vector<Reference> asked_, themes_;
  std::vector<Ask> asks_;
  std::vector<Lack> lacks_;
};

}  // namespace

net::Task<std::vector<Lack>> find_lacks(Call& call, std::string realm, std::string journey,
                                        std::vector<Reference> references, ReadScripts& scripts) {
  Lacks lacks(call, std::move(realm), std::move(journey), scripts);
  co_return co_await lacks.find(std::move(references));
}

std::set<std::string> script_ids_in(const Json& changes) {
  std::set<std::string> ids;
  for (const Json& change : changes) {
    const auto path = base::text_member(change, "path");
    for (const char* side : {"before", "after"}) ids.merge(scripts::ids_in({{path, base::member(change, side)}}));
  }
  return ids;
}

std::vector<Reference> references_in(const Json& settings) {
  std::vector<Reference> found;
  references::for_each_text(settings,
                            [&](const std::string& place, const std::string& member, const std::string& text) {
                              if (text.empty() || text == "[Empty]" || references::is_made_by_esv(text)) return;
                              if (auto theme = references::theme_in(text))
                                found.push_back({Named::theme, std::move(*theme), place});
                              else if (const auto kind = kind_of(member, text))
                                found.push_back({*kind, text, place});
                            });
  return found;
}

}  // namespace tools::journeys
