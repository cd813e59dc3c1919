#include "tools/kit/check.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/encoding.h"
#include "base/nearest.h"
#include "base/text.h"
#include "tools/kit/secrets.h"
#include "tools/kit/trim.h"

namespace tools {
namespace {

using Kind = Shape::Kind;

// A call with more mistakes than this has one mistake of another kind.
constexpr std::size_t most_violations = 100;
constexpr std::size_t shown_characters = 60;

std::string_view wanted(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "a string";
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
      return "a whole number";
    case Kind::number:
      return "a number";
    case Kind::list:
      return "an array";
    default:
      return "an object";
  }
}

std::string kind_and_size(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_string()) {
    const auto length = characters(value.get_ref<const std::string&>());
    return fmt::format("a string of {} {}", length, length == 1 ? "character" : "characters");
  }
  if (value.is_array()) return fmt::format("an array of {}", value.size());
  if (value.is_object()) return fmt::format("an object of {}", value.size());
  return value.is_boolean() ? "a boolean" : "a number";
}

std::string child_path(const std::string& path, std::string_view key) {
  const bool plain = !key.empty() && key.size() <= shown_characters &&
                     std::ranges::all_of(key, [](char c) { return base::is_letter_or_digit(c) || c == '_'; });
  if (plain) return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  return fmt::format("{}[{}]", path, base::print_json(base::printable(key, shown_characters)));
}

// What clients send for an argument that they mean to leave out.
bool looks_left_out(const Json& value) {
  static constexpr std::array<std::string_view, 5> words = {"", "null", "none", "None", "undefined"};
  if (value.is_string()) return std::ranges::find(words, value.get_ref<const std::string&>()) != words.end();
  return value.is_null() || (value.is_structured() && value.empty());
}

class Checker {
 public:
  explicit Checker(Violations& violations) : violations_(violations) {}

  void check_members(const std::vector<Param>& params, const Json& object, const std::string& path) {
    for (const auto& param : params) {
      const auto found = object.find(param.name);
      const auto place = child_path(path, param.name);
      if (found != object.end())
        check_member(param, *found, place);
      else if (param.required)
        refuse(place, "is required");
    }
    bool names_are_told = false;  // once is enough, however many are unknown
    for (const auto& [name, value] : object.items()) {
      if (violations_.size() == most_violations) return;  // looking for near names is not cheap
      if (std::ranges::find(params, name, &Param::name) != params.end()) continue;
      refuse(child_path(path, name), unknown(params, name, !std::exchange(names_are_told, true)), kind_and_size(value));
    }
  }

 private:
  void refuse(std::string path, std::string rule, std::string value = {}) {
    if (violations_.size() < most_violations)
      violations_.push_back({std::move(path), std::move(rule), std::move(value)});
  }

  static std::string unknown(const std::vector<Param>& params, const std::string& name, bool tells_names) {
    std::vector<std::string> names;
    names.reserve(params.size());
    for (const auto& param : params) names.push_back(param.name);
    if (names.empty()) return "is unknown: this takes no arguments";
    const auto nearest = base::nearest(name, names);
    std::string rule = "is unknown";
    if (!nearest.empty()) rule += fmt::format("; did you mean {}?", nearest);
    if (tells_names)
      rule += fmt::format("{} {}", nearest.empty() ? "; valid names are" : " Valid names are", fmt::join(names, ", "));
    return rule;
  }

  void check_member(const Param& param, const Json& value, const std::string& path) {
    const auto before = violations_.size();
    check_value(param.shape, value, path, is_secret_name(param.name));
    const bool refused = violations_.size() > before && violations_[before].path == path;
    if (!refused) return;
    if (param.required && value.is_null())
      violations_[before].rule = "is required";
    else if (!param.required && looks_left_out(value))
      violations_[before].rule += "; leave it out instead";
  }

  void check_value(const Shape& shape, const Json& value, const std::string& path, bool secret) {
    switch (shape.kind) {
      case Kind::any:
        return;
      case Kind::text:
        return value.is_string() ? check_text(shape, value, path, secret) : refuse_kind(shape, value, path);
      case Kind::boolean:
        return value.is_boolean() ? void() : refuse_kind(shape, value, path);
      case Kind::integer:
        return check_integer(shape, value, path);
      case Kind::number:
        return base::is_number(value) ? void() : refuse_kind(shape, value, path);
      case Kind::list:
        return value.is_array() ? check_list(shape, value, path, secret) : refuse_kind(shape, value, path);
      default:
        return value.is_object() ? check_object(shape, value, path) : refuse_kind(shape, value, path);
    }
  }

  void refuse_kind(const Shape& shape, const Json& value, const std::string& path) {
    std::string rule = fmt::format("must be {}", wanted(shape.kind));
    const bool structured = wanted(shape.kind).starts_with("an ");
    if (structured && value.is_string()) rule += ", or a string with its JSON";
    refuse(path, std::move(rule), kind_and_size(value));
  }

  void check_text(const Shape& shape, const Json& value, const std::string& path, bool secret) {
    const auto& text = value.get_ref<const std::string&>();
    const auto length = static_cast<std::int64_t>(characters(text));
    const auto shown = secret ? kind_and_size(value) : short_form(value);
    if (!shape.choices.empty() && std::ranges::find(shape.choices, text) == shape.choices.end())
      return refuse(path, fmt::format("must be one of {}", fmt::join(shape.choices, ", ")), shown);
    const auto most = shape.syntax ? std::min(shape.most, shape.syntax->most) : shape.most;
    if (length < shape.least) refuse(path, at_least(shape.least, "character"), shown);
    if (length > most) return refuse(path, at_most(most, "character"), shown);
    if (!shape.syntax) return;
    if (auto violation = shape.syntax->violation(text); !violation.empty()) refuse(path, std::move(violation), shown);
  }

  void check_integer(const Shape& shape, const Json& value, const std::string& path) {
    const auto whole = whole_number(value);
    if (!whole.is_whole) return refuse_kind(shape, value, path);
    if (!whole.value || *whole.value < shape.least || *whole.value > shape.most)
      refuse(path, fmt::format("must be a whole number from {} to {}", shape.least, shape.most), short_form(value));
  }

  void check_list(const Shape& shape, const Json& value, const std::string& path, bool secret) {
    check_size(shape, value, path, "entry", "entries");
    for (std::size_t i = 0; i < value.size(); ++i) {
      check_value(shape.element.front(), value[i], fmt::format("{}[{}]", path, i), secret);
    }
  }

  void check_object(const Shape& shape, const Json& value, const std::string& path) {
    if (shape.kind == Kind::record) check_members(shape.members, value, path);
    if (shape.kind != Kind::map) return;
    check_size(shape, value, path, "member", "members");
    for (const auto& [key, element] : value.items()) {
      const auto place = child_path(path, key);
      if (shape.syntax) check_key(*shape.syntax, key, place);
      check_value(shape.element.front(), element, place, is_secret_name(key));
    }
  }

  void check_key(const Syntax& syntax, const std::string& key, const std::string& place) {
    if (static_cast<std::int64_t>(characters(key)) > syntax.most)
      return refuse(place, "as a key " + at_most(syntax.most, "character"));
    if (const auto violation = syntax.violation(key); !violation.empty()) refuse(place, "as a key " + violation);
  }

  void check_size(const Shape& shape, const Json& value, const std::string& path, std::string_view one,
                  std::string_view many) {
    const auto size = static_cast<std::int64_t>(value.size());
    if (size < shape.least) refuse(path, at_least(shape.least, shape.least == 1 ? one : many), kind_and_size(value));
    if (size > shape.most) refuse(path, at_most(shape.most, shape.most == 1 ? one : many), kind_and_size(value));
  }

  static std::string at_least(std::int64_t count, std::string_view what) { return limit("least", count, what); }
  static std::string at_most(std::int64_t count, std::string_view what) { return limit("most", count, what); }
  static std::string limit(std::string_view side, std::int64_t count, std::string_view what) {
    const bool plural = count != 1 && what == "character";
    return fmt::format("must have at {} {} {}{}", side, count, what, plural ? "s" : "");
  }

  Violations& violations_;
};

const Shape* shape_of_member(const Shape* shape, const std::string& name) {
  if (!shape || shape->kind == Kind::any_object) return shape;
  if (shape->kind == Kind::map) return &shape->element.front();
  const auto member = std::ranges::find(shape->members, name, &Param::name);
  return member == shape->members.end() ? nullptr : &member->shape;
}

const Shape* shape_of_entry(const Shape* shape) {
  return shape && shape->kind == Kind::list ? &shape->element.front() : shape;
}

// `shape` is what the tool declares for the value, where it is known.
void find_placeholders_below(const Json& value, const Shape* shape, const std::string& path, Violations& violations) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const bool restored = shape && shape->restores_secrets && text == hidden_secret;
    if (is_stand_in(text) && !restored)
      violations.push_back(
          {path, "is a placeholder for a value that a result did not show: send the real value, or leave it out",
           short_form(value)});
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      find_placeholders_below(value[i], shape_of_entry(shape), fmt::format("{}[{}]", path, i), violations);
    }
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.items())
      find_placeholders_below(member, shape_of_member(shape, name), child_path(path, name), violations);
  }
}

}  // namespace

Violations check(const std::vector<Param>& params, const Json& object) {
  Violations violations;
  if (object.is_object())
    Checker(violations).check_members(params, object, {});
  else
    violations.push_back({"arguments", "must be an object", kind_and_size(object)});
  return violations;
}

std::string short_form(const Json& value) {
  if (value.is_string())
    return base::print_json(base::printable(value.get_ref<const std::string&>(), shown_characters));
  if (value.is_array() || value.is_object()) return kind_and_size(value);
  return base::printable(base::print_json(value), shown_characters);
}

Violations find_placeholders(const std::vector<Param>& params, const Json& arguments) {
  Violations violations;
  const Shape shape{.kind = Kind::record, .members = params};
  find_placeholders_below(arguments, &shape, {}, violations);
  return violations;
}

Violations find_placeholders(const Json& value, const std::string& path) {
  Violations violations;
  find_placeholders_below(value, nullptr, path, violations);
  return violations;
}

base::Error violations_error(const Violations& violations) {
  const auto& first = violations.front();
  const auto others = violations.size() - 1;
  const auto more = others == 0   ? std::string(first.rule.ends_with('?') ? "" : ".")
                    : others == 1 ? std::string("; and one more, see detail.")
                                  : fmt::format("; and {} more, see detail.", others);
  base::Error error(base::Errc::invalid_request,
                    fmt::format("Nothing was sent: {} {}{}", first.path, first.rule, more));
  error.detail = Json::array();
  for (const auto& violation : violations) {
    Json entry{{"path", violation.path}, {"rule", violation.rule}};
    if (!violation.value.empty()) entry["value"] = violation.value;
    error.detail.push_back(std::move(entry));
  }
  error.next = "Correct the arguments and call again.";
  return error;
}

}  // namespace tools
