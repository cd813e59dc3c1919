#include "tools/journeys/script_outcomes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/paths.h"
#include "base/encoding.h"
#include "base/text.h"
#include "tools/kit/requests.h"

namespace tools::journeys {
namespace {

// A piece of JavaScript. Comments and blanks are none.
struct Token {
  enum class Kind { word, text, other };
  Kind kind = Kind::other;
  std::string text;             // of a text: its value; of anything else one character
  bool is_computed = false;     // a template with ${…}
  bool is_on_new_line = false;  // the first of its line

  bool is(std::string_view what) const { return kind != Kind::text && text == what; }
};

bool is_of_name(char c) {
  return base::is_letter_or_digit(c) || c == '_' || c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> tokens() {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == '\n' || c == '\r') is_new_line_ = true;
      if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
        ++at_;
      else if (source_.substr(at_, 2) == "//")
        at_ = std::min(source_.find('\n', at_), source_.size());
      else if (source_.substr(at_, 2) == "/*")
        skip_comment();
      else if (c == '"' || c == '\'' || c == '`')
        take_text(c);
      else if (c == '/' && may_begin_pattern())
        skip_pattern();
      else if (is_of_name(c))
        take_word();
      else
        add({.text = std::string(1, source_[at_++])});
    }
    return std::move(tokens_);
  }

 private:
  void add(Token token) {
    token.is_on_new_line = std::exchange(is_new_line_, false);
    tokens_.push_back(std::move(token));
  }

  void skip_comment() {
    const auto end = source_.find("*/", at_ + 2);
    const auto after = end == std::string_view::npos ? source_.size() : end + 2;
    if (source_.substr(at_, after - at_).contains('\n')) is_new_line_ = true;
    at_ = after;
  }

  void take_text(char quote) {
    Token token{.kind = Token::Kind::text};
    for (++at_; at_ < source_.size() && source_[at_] != quote; ++at_) {
      if (source_[at_] == '\\' && at_ + 1 < source_.size()) ++at_;
      if (quote == '`' && source_.substr(at_, 2) == "${") token.is_computed = true;
      token.text += source_[at_];
    }
    ++at_;
    add(std::move(token));
  }

  // After a value, a slash divides.
  bool may_begin_pattern() const {
    if (tokens_.empty()) return true;
    const Token& last = tokens_.back();
    if (last.kind == Token::Kind::text) return false;
    if (last.kind == Token::Kind::word) return last.text == "return" || last.text == "typeof";
    return last.text != ")" && last.text != "]" && last.text != "}";
  }

  void skip_pattern() {
    bool is_in_class = false;
    for (++at_; at_ < source_.size() && source_[at_] != '\n'; ++at_) {
      const char c = source_[at_];
      if (c == '\\') ++at_;
      if (c == '[') is_in_class = true;
      if (c == ']') is_in_class = false;
      if (c == '/' && !is_in_class) break;
    }
    ++at_;
    add({.text = "/"});
  }

  void take_word() {
    const auto begin = at_;
    while (at_ < source_.size() && is_of_name(source_[at_])) ++at_;
    add({.kind = Token::Kind::word, .text = std::string(source_.substr(begin, at_ - begin))});
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool is_new_line_ = true;
  std::vector<Token> tokens_;
};

using Tokens = std::span<const Token>;

constexpr int most_steps = 8;  // from name to name

// Finds what expressions can come to, as far as that stands in the text.
class Reader {
 public:
  explicit Reader(Tokens tokens) : tokens_(tokens) {}

  ScriptOutcomes read() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (is_call(i, "goTo") || is_call(i, "setOutcome")) {
        found_any_ = true;
        evaluate(expression(i + 2), most_steps);
      } else if (tokens_[i].is("outcome") && !follows_dot(i)) {
        read_assignment(i);
      }
    }
    if (!found_any_) outcomes_.may_be_more = true;
    return std::move(outcomes_);
  }

 private:
  const Token& at(std::size_t i) const {
    static const Token none;
    return i < tokens_.size() ? tokens_[i] : none;
  }
  bool follows_dot(std::size_t i) const { return i > 0 && tokens_[i - 1].is("."); }
  bool is_call(std::size_t i, std::string_view name) const { return tokens_[i].is(name) && at(i + 1).is("("); }
  bool is_assignment(std::size_t i) const { return at(i + 1).is("=") && !at(i + 2).is("=") && !at(i + 2).is(">"); }

  void read_assignment(std::size_t i) {
    if (is_assignment(i)) {
      found_any_ = true;
      evaluate(expression(i + 2), most_steps);
    } else if (at(i + 1).is("+") && at(i + 2).is("=")) {
      found_any_ = outcomes_.may_be_more = true;
    }
  }

  // The tokens from there up to what ends an expression.
  Tokens expression(std::size_t begin) const {
    int depth = 0;
    auto end = begin;
    for (; end < tokens_.size(); ++end) {
      const Token& token = tokens_[end];
      if (token.is("(") || token.is("[") || token.is("{")) ++depth;
      const bool closes = token.is(")") || token.is("]") || token.is("}");
      if (depth == 0 && (closes || token.is(";") || token.is(","))) break;
      if (depth == 0 && end > begin && token.is_on_new_line && token.kind != Token::Kind::other &&
          ends_value(tokens_[end - 1]))
        break;
      if (closes) --depth;
    }
    return tokens_.subspan(begin, end - begin);
  }

  static bool ends_value(const Token& token) {
    return token.kind != Token::Kind::other || token.is(")") || token.is("]") || token.is("}");
  }

  void evaluate(Tokens value, int steps) {
    while (value.size() > 1 && value.front().is("(") && encloses(value)) value = value.subspan(1, value.size() - 2);
    if (const auto question = find(value, "?"); question < value.size()) return evaluate_choice(value, question, steps);
    if (value.size() == 1 && is_literal(value[0]))
      outcomes_.names.insert(value[0].text);
    else if (value.size() == 1 && value[0].kind == Token::Kind::word && steps > 0)
      evaluate_name(value[0].text, steps - 1);
    else if (value.size() == 3 && value[1].is(".") && value[2].kind == Token::Kind::word && steps > 0)
      evaluate_member(value[2].text, steps - 1);
    else
      outcomes_.may_be_more = true;
  }

  static bool is_literal(const Token& token) {
    return token.kind == Token::Kind::text ? !token.is_computed : token.is("true") || token.is("false");
  }

  void evaluate_choice(Tokens value, std::size_t question, int steps) {
    const auto rest = value.subspan(question + 1);
    int open = 0;
    int depth = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i].is("(") || rest[i].is("[") || rest[i].is("{")) ++depth;
      if (rest[i].is(")") || rest[i].is("]") || rest[i].is("}")) --depth;
      if (depth > 0) continue;
      if (rest[i].is("?")) ++open;
      if (!rest[i].is(":") || open-- > 0) continue;
      evaluate(rest.subspan(0, i), steps);
      return evaluate(rest.subspan(i + 1), steps);
    }
    outcomes_.may_be_more = true;
  }

  // Everything that is assigned to the name anywhere.
  void evaluate_name(const std::string& name, int steps) {
    bool found = false;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_[i].is(name) || follows_dot(i) || !is_assignment(i)) continue;
      found = true;
      evaluate(expression(i + 2), steps);
    }
    if (!found) outcomes_.may_be_more = true;
  }

  // `SUCCESS: "…"` in an object, or `x.SUCCESS = "…"`.
  void evaluate_member(const std::string& name, int steps) {
    bool found = false;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool names = tokens_[i].text == name && tokens_[i].kind != Token::Kind::other;
      const bool is_member = names && i > 0 && (at(i - 1).is("{") || at(i - 1).is(",")) && at(i + 1).is(":");
      const bool is_set = names && follows_dot(i) && is_assignment(i);
      if (!is_member && !is_set) continue;
      found = true;
      evaluate(expression(i + 2), steps);
    }
    if (!found) outcomes_.may_be_more = true;
  }

  static std::size_t find(Tokens value, std::string_view what) {
    int depth = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i].is("(") || value[i].is("[") || value[i].is("{")) ++depth;
      if (value[i].is(")") || value[i].is("]") || value[i].is("}")) --depth;
      if (depth == 0 && value[i].is(what)) return i;
    }
    return value.size();
  }

  // The first bracket is closed by the last one.
  static bool encloses(Tokens value) {
    int depth = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i].is("(")) ++depth;
      if (value[i].is(")") && --depth == 0) return i + 1 == value.size();
    }
    return false;
  }

  Tokens tokens_;
  bool found_any_ = false;
  ScriptOutcomes outcomes_;
};

bool has_a_placeholder(std::string_view text) {
  return text.contains("&{");
}

std::optional<std::string> source_of(const Json& script) {
  const auto encoded = base::text_member(script, "script");
  if (encoded.empty()) return std::nullopt;
  return base::base64_decode(encoded);
}

}  // namespace

ScriptOutcomes outcomes_in(std::string_view source) {
  const auto tokens = Lexer(source).tokens();
  return Reader(tokens).read();
}

std::optional<Scripted> scripted(const Json& settings) {
  Scripted declared{.script = base::text_member(settings, "script"), .outcomes = {}};
  const Json& outcomes = base::member(settings, "outcomes");
  if (!base::segment_violation(declared.script).empty() || has_a_placeholder(declared.script) || !outcomes.is_array())
    return std::nullopt;
  for (const Json& outcome : outcomes) {
    if (!outcome.is_string() || has_a_placeholder(outcome.get_ref<const std::string&>())) return std::nullopt;
    declared.outcomes.push_back(outcome.get<std::string>());
  }
  if (declared.outcomes.empty()) return std::nullopt;
  return declared;
}

net::Task<aic::Reply> get_script(aic::Tenant& tenant, std::string realm, std::string id) {
  co_return co_await tenant.get(aic::script(realm, id), am_request(aic::script_read_headers()));
}

std::vector<std::string> compare_with_script(const std::string& node, const Scripted& declared, const Answer& script) {
  const auto source = script.error ? std::nullopt : source_of(script.body);
  if (!source)
    return {
        fmt::format("The outcomes of node \"{}\" were not compared with its script, which could not be read.", node)};
  const auto given = outcomes_in(*source);
  std::vector<std::string> doubts;
  for (const auto& outcome : declared.outcomes) {
    if (!given.may_be_more && !given.names.contains(outcome))
      doubts.push_back(fmt::format("Outcome \"{}\" of node \"{}\" never occurs in its script, which gives: {}.",
                                   base::printable(outcome, 80), node, fmt::join(given.names, ", ")));
  }
  for (const auto& name : given.names) {
    if (std::ranges::find(declared.outcomes, name) == declared.outcomes.end())
      doubts.push_back(
          fmt::format("The script of node \"{}\" gives the outcome \"{}\", which the node does not declare.", node,
                      base::printable(name, 80)));
  }
  if (given.may_be_more)
    doubts.push_back(fmt::format(
        "Not all outcomes of node \"{}\" were checked against its script, because the script computes them.", node));
  return doubts;
}

}  // namespace tools::journeys
