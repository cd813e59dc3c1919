// The query filter language, by recursive descent: or, and, !, parentheses, comparison.

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <optional>

#include <fmt/core.h>

#include "base/text.h"
#include "base/time.h"
#include "sandbox/crest/crest.h"

namespace sandbox::crest {

namespace {

using Test = std::function<bool(const Json&)>;

constexpr int max_depth = 256;

// The directory behind managed objects ignores case (a recorded `uid sw 'Frodo'` finds `frodo1`).
std::string folded(std::string_view text) {
  return base::lower_case(text);
}

struct Token {
  enum class Kind { word, text, open, close, bang, end } kind = Kind::end;
  std::string text;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { advance(); }

  const Token& current() const { return current_; }
  Token take() {
    Token token = std::move(current_);
    advance();
    return token;
  }
  bool is_word(std::string_view word) const {
    return current_.kind == Token::Kind::word && folded(current_.text) == word;
  }
  [[noreturn]] void fail() const {
    refuse(400, fmt::format("The value '{}' for parameter '_queryFilter' is not a query filter", text_));
  }

 private:
  void advance() {
    while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
    current_ = {};
    if (position_ == text_.size()) return;
    switch (text_[position_]) {
      case '(':
        return single(Token::Kind::open);
      case ')':
        return single(Token::Kind::close);
      case '!':
        return single(Token::Kind::bang);
      case '"':
      case '\'':
        return quoted(text_[position_]);
      default:
        return word();
    }
  }
  void single(Token::Kind kind) {
    current_ = {kind, std::string(1, text_[position_])};
    ++position_;
  }
  void quoted(char quote) {
    current_.kind = Token::Kind::text;
    for (++position_; position_ < text_.size() && text_[position_] != quote; ++position_) {
      if (text_[position_] == '\\') ++position_;
      if (position_ == text_.size()) fail();
      current_.text += text_[position_];
    }
    if (position_ == text_.size()) fail();
    ++position_;
  }
  void word() {
    current_.kind = Token::Kind::word;
    while (position_ < text_.size() && !is_blank(text_[position_]) &&
           std::string_view("()\"'").find(text_[position_]) == std::string_view::npos) {
      current_.text += text_[position_++];
    }
  }
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  std::string_view text_;
  std::size_t position_ = 0;
  Token current_;
};

std::partial_ordering compare(const Json& left, const Json& right) {
  if (left.is_string() && right.is_string()) {
    const auto& a = left.get_ref<const std::string&>();
    const auto& b = right.get_ref<const std::string&>();
    const auto time_a = base::parse_iso8601(a);
    const auto time_b = base::parse_iso8601(b);
    if (time_a && time_b) return *time_a <=> *time_b;
    return folded(a) <=> folded(b);
  }
  if (left.is_boolean() && right.is_boolean()) return left.get<bool>() <=> right.get<bool>();
  if (left.is_null() && right.is_null()) return std::partial_ordering::equivalent;
  return base::to_double(left) <=> base::to_double(right);  // no number is NaN, which is unordered
}

bool holds(const std::string& op, const Json& value, const Json& wanted) {
  if (op == "co" || op == "sw") {
    if (!value.is_string() || !wanted.is_string()) return false;
    const std::string text = folded(value.get_ref<const std::string&>());
    const std::string part = folded(wanted.get_ref<const std::string&>());
    return op == "co" ? text.find(part) != std::string::npos : text.starts_with(part);
  }
  const auto order = compare(value, wanted);
  if (op == "eq") return order == 0;
  if (op == "lt") return order < 0;
  if (op == "le") return order <= 0;
  if (op == "gt") return order > 0;
  return order >= 0;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Filter filter() {
    Test test = disjunction(0);
    if (lexer_.current().kind != Token::Kind::end) lexer_.fail();
    return {std::move(test), std::move(members_), has_bare_pointer_};
  }

 private:
  Test disjunction(int depth) {
    Test left = conjunction(depth);
    while (lexer_.is_word("or")) {
      lexer_.take();
      left = [left, right = conjunction(depth)](const Json& d) { return left(d) || right(d); };
    }
    return left;
  }

  Test conjunction(int depth) {
    Test left = negation(depth);
    while (lexer_.is_word("and")) {
      lexer_.take();
      left = [left, right = negation(depth)](const Json& d) { return left(d) && right(d); };
    }
    return left;
  }

  Test negation(int depth) {
    if (depth > max_depth) lexer_.fail();
    if (lexer_.current().kind != Token::Kind::bang) return primary(depth);
    lexer_.take();
    return [inner = negation(depth + 1)](const Json& d) { return !inner(d); };
  }

  Test primary(int depth) {
    if (lexer_.current().kind == Token::Kind::open) {
      lexer_.take();
      Test inner = disjunction(depth + 1);
      if (lexer_.take().kind != Token::Kind::close) lexer_.fail();
      return inner;
    }
    if (lexer_.current().kind != Token::Kind::word) lexer_.fail();
    const std::string word = lexer_.take().text;
    if (folded(word) == "true") return [](const Json&) { return true; };
    if (folded(word) == "false") return [](const Json&) { return false; };
    has_bare_pointer_ |= !word.starts_with('/');
    return comparison(parse_pointer(word));
  }

  Test comparison(Pointer pointer) {
    static constexpr std::array operators{"eq", "co", "sw", "lt", "le", "gt", "ge"};
    if (pointer.empty() || lexer_.current().kind != Token::Kind::word) lexer_.fail();
    members_.push_back(pointer.front());
    const std::string op = folded(lexer_.take().text);
    if (op == "pr") {
      return [pointer = std::move(pointer)](const Json& document) {
        const Json& value = at(document, pointer);
        return !value.is_null() && !(value.is_array() && value.empty());
      };
    }
    if (std::ranges::find(operators, op) == operators.end()) lexer_.fail();
    return [pointer = std::move(pointer), op, wanted = literal()](const Json& document) {
      return any_holds(document, pointer, 0, op, wanted);
    };
  }

  // An array on the way, or at its end, passes when any element does.
  static bool any_holds(const Json& value, const Pointer& pointer, std::size_t depth, const std::string& op,
                        const Json& wanted) {
    const bool is_index = depth < pointer.size() && pointer[depth].find_first_not_of("0123456789") == std::string::npos;
    if (value.is_array() && !is_index) {
      return std::ranges::any_of(value, [&](const Json& item) { return any_holds(item, pointer, depth, op, wanted); });
    }
    if (depth == pointer.size()) return holds(op, value, wanted);
    return any_holds(at(value, {pointer[depth]}), pointer, depth + 1, op, wanted);
  }

  Json literal() {
    const Token token = lexer_.take();
    if (token.kind == Token::Kind::text) return token.text;
    if (token.kind != Token::Kind::word) lexer_.fail();
    const std::string word = folded(token.text);
    if (word == "true" || word == "false") return word == "true";
    if (word == "null") return nullptr;
    const auto number = base::try_parse_json(token.text);
    if (!number || !base::is_number(*number)) lexer_.fail();
    return *number;
  }

  Lexer lexer_;
  std::vector<std::string> members_;
  bool has_bare_pointer_ = false;
};

}  // namespace

Filter parse_filter(std::string_view text) {
  return Parser(text).filter();
}

}  // namespace sandbox::crest
