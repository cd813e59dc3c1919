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
  bool is_computed = false;     // not what stands in the source: a template with ${…}, an escape by number
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

  void take_text(char quote) { add(read_text(quote, most_nested)); }

  Token read_text(char quote, int nested) {
    Token token{.kind = Token::Kind::text};
    for (++at_; at_ < source_.size() && source_[at_] != quote; ++at_) {
      const auto two = source_.substr(at_, 2);
      // Groovy computes in quotes, too.
      if (two == "${" || two == "\\u" || two == "\\x") token.is_computed = true;
      if (quote == '`' && two == "${" && nested > 0) {
        skip_embedded(nested - 1);
        continue;
      }
      if (source_[at_] == '\\' && at_ + 1 < source_.size()) ++at_;
      token.text += source_[at_];
    }
    ++at_;
    return token;
  }

  // From ${ to its }. Templates stand in templates.
  void skip_embedded(int nested) {
    int depth = 0;
    for (++at_; at_ < source_.size(); ++at_) {
      const char c = source_[at_];
      if (c == '{') ++depth;
      if (c == '}' && --depth == 0) return;
      if (c != '"' && c != '\'' && c != '`') continue;
      read_text(c, nested);
      --at_;
    }
  }

  // After a value, a slash divides.
  bool may_begin_pattern() const {
    static constexpr std::array<std::string_view, 9> no_values = {"return", "typeof", "case", "in",   "of",
                                                                  "delete", "void",   "else", "throw"};
    if (tokens_.empty()) return true;
    const Token& last = tokens_.back();
    if (last.kind == Token::Kind::text) return false;
    if (last.kind == Token::Kind::word) return std::ranges::find(no_values, last.text) != no_values.end();
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

  static constexpr int most_nested = 20;  // templates in templates

  std::string_view source_;
  std::size_t at_ = 0;
  bool is_new_line_ = true;
  std::vector<Token> tokens_;
};

using Tokens = std::span<const Token>;

// Nobody writes scripts that need more; who does gets no answer rather than a late one.
constexpr int most_depth = 50;                     // expressions in expressions
constexpr std::size_t most_looked_at = 5'000'000;  // tokens

// The names that functions give their arguments.
std::set<std::string, std::less<>> parameters_in(Tokens tokens) {
  const auto is = [&](std::size_t i, std::string_view what) { return i < tokens.size() && tokens[i].is(what); };
  const auto is_list = [&](std::size_t opens, std::size_t closes) {
    const bool is_function = opens > 0 && (is(opens - 1, "function") || is(opens - 1, "catch"));
    const bool is_named = opens > 1 && is(opens - 2, "function");
    return is_function || is_named || (is(closes + 1, "=") && is(closes + 2, ">"));
  };
  std::set<std::string, std::less<>> names;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Token::Kind::word && is(i + 1, "=") && is(i + 2, ">")) names.insert(tokens[i].text);
    if (is(i, "(")) open.push_back(i);
    if (!is(i, ")") || open.empty()) continue;
    const auto opens = open.back();
    open.pop_back();
    if (!is_list(opens, i)) continue;
    for (auto at = opens + 1; at < i; ++at) {
      if (tokens[at].kind == Token::Kind::word) names.insert(tokens[at].text);
    }
  }
  return names;
}

// Finds what expressions can come to, as far as that stands in the text.
class Reader {
 public:
  explicit Reader(Tokens tokens) : tokens_(tokens), parameters_(parameters_in(tokens)) {}

  ScriptOutcomes read() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (is_call(i, "goTo") || is_call(i, "setOutcome")) {
        evaluate(expression(i + 2), {.is_direct = true});
      } else if (tokens_[i].is("outcome") && !follows_dot(i)) {
        read_assignment(i);
      } else if (is_handed_on(i, "action")) {
        outcomes_.may_be_more = true;  // to a function, perhaps of a library
      }
    }
    if (outcomes_.names.empty() && outcomes_.possible.empty()) outcomes_.may_be_more = true;
    return std::move(outcomes_);
  }

 private:
  // Where an expression stands.
  struct Place {
    int depth = 0;           // of expressions
    bool is_direct = false;  // it is an outcome itself, and not the value of a name
  };

  static Place below(Place place) { return {.depth = place.depth + 1, .is_direct = place.is_direct}; }
  static Place of_name(Place place) { return {.depth = place.depth + 1, .is_direct = false}; }

  const Token& at(std::size_t i) const {
    static const Token none;
    return i < tokens_.size() ? tokens_[i] : none;
  }
  bool follows_dot(std::size_t i) const { return i > 0 && tokens_[i - 1].is("."); }
  bool is_call(std::size_t i, std::string_view name) const { return tokens_[i].is(name) && at(i + 1).is("("); }
  bool is_assignment(std::size_t i) const { return at(i + 1).is("=") && !at(i + 2).is("=") && !at(i + 2).is(">"); }
  bool is_handed_on(std::size_t i, std::string_view name) const {
    return tokens_[i].is(name) && i > 0 && (at(i - 1).is("(") || at(i - 1).is(",")) &&
           (at(i + 1).is(")") || at(i + 1).is(","));
  }
  // `x += …`, `x ||= …`, `for (x of …)`.
  bool is_changed_otherwise(std::size_t i) const {
    static constexpr std::string_view signs = "+-*/%&|^?";
    const auto& sign = at(i + 1);
    const bool is_sign = sign.kind == Token::Kind::other && !sign.text.empty() && signs.contains(sign.text);
    const bool is_compound = at(i + 2).is("=") || (at(i + 2).is(sign.text) && at(i + 3).is("="));
    return (is_sign && is_compound) || sign.is("of") || sign.is("in");
  }

  // False where too much was looked at already.
  bool look_at(std::size_t tokens) {
    looked_at_ += tokens;
    if (looked_at_ > most_looked_at) outcomes_.may_be_more = true;
    return looked_at_ <= most_looked_at;
  }

  void read_assignment(std::size_t i) {
    if (is_assignment(i)) {
      evaluate(expression(i + 2), {.is_direct = true});
    } else if (at(i + 1).is("+") && at(i + 2).is("=")) {
      outcomes_.may_be_more = true;
    }
  }

  // The tokens from there up to what ends an expression.
  Tokens expression(std::size_t begin) {
    int depth = 0;
    auto end = begin;
    for (; end < tokens_.size() && look_at(1); ++end) {
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

  void evaluate(Tokens value, Place place) {
    if (place.depth > most_depth || !look_at(value.size())) {
      outcomes_.may_be_more = true;
      return;
    }
    while (value.size() > 1 && value.front().is("(") && look_at(value.size()) && encloses(value))
      value = value.subspan(1, value.size() - 2);
    if (const auto question = find(value, "?"); question < value.size()) return evaluate_choice(value, question, place);
    if (value.size() == 1 && (value[0].is("null") || value[0].is("undefined"))) return;
    if (value.size() == 1 && is_literal(value[0]))
      (place.is_direct ? outcomes_.names : outcomes_.possible).insert(value[0].text);
    else if (value.size() == 1 && value[0].kind == Token::Kind::word)
      evaluate_name(value[0].text, of_name(place));
    else if (value.size() == 3 && value[1].is(".") && value[2].kind == Token::Kind::word)
      evaluate_member(value[0].text, value[2].text, of_name(place));
    else
      outcomes_.may_be_more = true;
  }

  static bool is_literal(const Token& token) {
    return token.kind == Token::Kind::text ? !token.is_computed : token.is("true") || token.is("false");
  }

  void evaluate_choice(Tokens value, std::size_t question, Place place) {
    const auto rest = value.subspan(question + 1);
    int open = 0;
    int depth = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i].is("(") || rest[i].is("[") || rest[i].is("{")) ++depth;
      if (rest[i].is(")") || rest[i].is("]") || rest[i].is("}")) --depth;
      if (depth > 0) continue;
      if (rest[i].is("?")) ++open;
      if (!rest[i].is(":") || open-- > 0) continue;
      evaluate(rest.subspan(0, i), below(place));
      return evaluate(rest.subspan(i + 1), below(place));
    }
    outcomes_.may_be_more = true;
  }

  // Everything that is assigned to the name anywhere. Once is enough.
  void evaluate_name(const std::string& name, Place place) {
    if (!evaluated_.insert(name).second || !look_at(tokens_.size())) return;
    bool found = false;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_[i].is(name) || follows_dot(i)) continue;
      if (is_changed_otherwise(i)) outcomes_.may_be_more = true;
      if (!is_assignment(i)) continue;
      found = true;
      evaluate(expression(i + 2), place);
    }
    if (!found || parameters_.contains(name)) outcomes_.may_be_more = true;
  }

  // `SUCCESS: "…"` in what is assigned to the object, or `object.SUCCESS = "…"`.
  void evaluate_member(const std::string& object, const std::string& name, Place place) {
    if (!evaluated_.insert(object + "." + name).second || !look_at(tokens_.size())) return;
    bool found = false;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_[i].is(object) || follows_dot(i)) continue;
      if (is_assignment(i)) found = evaluate_members(i + 2, name, place) || found;
      if (!at(i + 1).is(".") || !at(i + 2).is(name) || !is_assignment(i + 2)) continue;
      found = true;
      evaluate(expression(i + 4), place);
    }
    if (!found || parameters_.contains(object)) outcomes_.may_be_more = true;
  }

  // Those of that name in the expression that begins there.
  bool evaluate_members(std::size_t begin, const std::string& name, Place place) {
    const auto end = begin + expression(begin).size();
    bool found = false;
    for (auto i = begin + 1; i < end; ++i) {
      const bool names = at(i).text == name && at(i).kind != Token::Kind::other;
      if (!names || !(at(i - 1).is("{") || at(i - 1).is(",")) || !at(i + 1).is(":")) continue;
      found = true;
      evaluate(expression(i + 2), place);
    }
    return found;
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
  std::set<std::string, std::less<>> parameters_;
  std::set<std::string> evaluated_;  // names, and members with their objects
  std::size_t looked_at_ = 0;        // tokens
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
  auto given = outcomes_in(*source);
  // It was read as JavaScript.
  if (!base::is_text(base::member(script.body, "language"), "JAVASCRIPT") && script.body.contains("language"))
    given.may_be_more = true;
  auto all = given.names;
  all.insert(given.possible.begin(), given.possible.end());
  std::vector<std::string> doubts;
  for (const auto& outcome : declared.outcomes) {
    if (!given.may_be_more && !all.contains(outcome))
      doubts.push_back(fmt::format("Outcome \"{}\" of node \"{}\" never occurs in its script, which gives: {}.",
                                   base::printable(outcome, 80), node, fmt::join(all, ", ")));
  }
  for (const auto& name : all) {
    if (std::ranges::find(declared.outcomes, name) == declared.outcomes.end())
      doubts.push_back(fmt::format("The script of node \"{}\" {} the outcome \"{}\", which the node does not declare.",
                                   node, given.names.contains(name) ? "gives" : "may give", base::printable(name, 80)));
  }
  if (given.may_be_more)
    doubts.push_back(fmt::format(
        "Not all outcomes of node \"{}\" were checked against its script, because the script computes them.", node));
  return doubts;
}

}  // namespace tools::journeys
