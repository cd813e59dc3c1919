// Text to values, by Boost.JSON's push parser: it checks UTF-8 as it goes and hands over the text of each number.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>

#include "base/encoding.h"
#include "base/error.h"
#include "base/json.h"

namespace base {
namespace {

using boost::json::error_code;
using ParseProblem = boost::json::error;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Members of one object up to here are compared one by one; above, they are sorted: names that somebody chose so that a
// hash table takes quadratic time for them cost no more than others.
constexpr std::size_t few_members = 32;

using Names = std::span<std::string>;

// For each member the first one of its name: the place where it stands in the object.
std::vector<std::size_t> first_of_name(Names names) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t at) { return std::pair<std::string_view, std::size_t>(names[at], at); });
  std::vector<std::size_t> first(names.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool repeats = i > 0 && names[order[i]] == names[order[i - 1]];
    first[order[i]] = repeats ? first[order[i - 1]] : order[i];
  }
  return first;
}

// A name that comes again keeps its place and takes the new value.
Json object_of_few(Names names, std::span<Json> values) {
  Json object = Json::object();
  auto& members = object.get_ref<Json::object_t&>();
  members.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const auto known = members.find(names[i]); known != members.end()) {
      known->second = std::move(values[i]);
    } else {
      append_member(object, std::move(names[i]), std::move(values[i]));
    }
  }
  return object;
}

Json object_of_many(Names names, std::span<Json> values) {
  const auto first = first_of_name(names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (first[i] != i) values[first[i]] = std::move(values[i]);
  }
  Json object = Json::object();
  object.get_ref<Json::object_t&>().reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (first[i] == i) append_member(object, std::move(names[i]), std::move(values[i]));
  }
  return object;
}

// Builds the value from what the parser calls; its functions and constants have the names that Boost.JSON asks for.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  Builder(const JsonLimits& limits, const PartOfList* part)
      : room_(limits.values), most_members_(limits.members), part_(part) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t count, error_code& problem) {
    if (count > most_members_) return refuse(ParseProblem::object_too_large, problem);
    --depth_;
    if (is_passing_) return pass();
    return add(take_object(count), problem);
  }
  bool on_array_begin(error_code&) {
    const bool is_list = part_ && depth_ == 1 && !names_.empty() && names_.back() == part_->list;
    ++depth_;
    if (is_list) {
      in_list_ = true;
      counted_ = left_out_ = 0;
    }
    return true;
  }
  bool on_array_end(std::size_t count, error_code& problem) {
    --depth_;
    if (in_list_ && depth_ < depth_of_entries) {
      in_list_ = is_passing_ = false;
      count -= left_out_;
    }
    if (is_passing_) return pass();
    return add(take_array(count), problem);
  }
  // A text with escapes comes in parts.
  bool on_key_part(std::string_view part, std::size_t, error_code&) { return add_part(part); }
  bool on_key(std::string_view rest, std::size_t, error_code&) {
    if (!is_passing_) names_.push_back(take_text(rest));
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, error_code&) { return add_part(part); }
  bool on_string(std::string_view rest, std::size_t, error_code& problem) {
    return is_passing_ ? pass() : add(take_text(rest), problem);
  }
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, std::string_view text, error_code& problem) {
    if (is_passing_) return pass();
    if (!text.starts_with('-')) return add(static_cast<std::uint64_t>(value), problem);
    return value == 0 ? add(exact_number(text), problem) : add(value, problem);  // no integer holds -0
  }
  bool on_uint64(std::uint64_t value, std::string_view, error_code& problem) { return add(value, problem); }
  bool on_double(double value, std::string_view text, error_code& problem) {
    if (is_passing_) return pass();
    return add(fraction(value, text), problem);
  }
  bool on_bool(bool value, error_code& problem) { return add(value, problem); }
  bool on_null(error_code& problem) { return add(nullptr, problem); }
  bool on_comment_part(std::string_view, error_code&) { return false; }
  bool on_comment(std::string_view, error_code&) { return false; }

  Json take() { return std::move(values_.back()); }
  std::size_t left_out() const { return left_out_; }

 private:
  // Boost's own value may be off by a last digit.
  static Json fraction(double parsed, std::string_view text) {
    Json number = parsed;
    if (number_text(number) == text) return number;
    number = std::strtod(std::string(text).c_str(), nullptr);
    return number_text(number) == text ? number : exact_number(text);
  }

  static bool refuse(ParseProblem why, error_code& problem) {
    problem = why;
    return false;
  }

  bool add_part(std::string_view part) {
    if (!is_passing_) text_ += part;
    return true;
  }

  // The end of a value that is read over.
  bool pass() {
    if (depth_ == depth_of_entries) ++left_out_;
    return true;
  }

  std::string take_text(std::string_view rest) {
    if (text_.empty()) return std::string(rest);
    text_ += rest;
    return std::exchange(text_, {});
  }

  bool add(Json value, error_code& problem) {
    if (is_passing_) return pass();
    if (room_ == 0) return refuse(ParseProblem::array_too_large, problem);
    --room_;
    const bool is_entry = in_list_ && depth_ == depth_of_entries;
    if (is_entry && part_->keep) value = part_->keep(std::move(value));
    values_.push_back(std::move(value));
    if (is_entry) {
      counted_ += part_->count(values_.back());
      is_passing_ = counted_ >= part_->enough;
    }
    return true;
  }

  // The last `count` members.
  Json take_object(std::size_t count) {
    const auto first_name = names_.size() - count;
    const auto first_value = values_.size() - count;
    const Names names = Names(names_).subspan(first_name);
    const auto values = std::span<Json>(values_).subspan(first_value);
    Json object = count <= few_members ? object_of_few(names, values) : object_of_many(names, values);
    names_.resize(first_name);
    values_.resize(first_value);
    return object;
  }

  // The last `count` entries.
  Json take_array(std::size_t count) {
    constexpr std::size_t many = 4096;  // so many are not held twice if it can be avoided
    if (count == values_.size() && count > many) return std::exchange(values_, {});
    const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
    Json array = Json::array_t(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
    values_.erase(first, values_.end());
    return array;
  }

  static constexpr std::size_t depth_of_entries = 2;  // within the outermost object and the list

  std::size_t room_;  // for so many more values
  std::size_t most_members_;
  // The list of which a part is kept.
  const PartOfList* part_;
  bool in_list_ = false;
  bool is_passing_ = false;   // enough of it is kept
  std::size_t counted_ = 0;   // what its entries count for so far
  std::size_t left_out_ = 0;  // entries
  std::size_t depth_ = 0;     // of what is open
  // What is complete but not yet part of its array or object, and the names of those that will be members.
  std::vector<Json> values_;
  std::vector<std::string> names_;
  std::string text_;
};

struct Outcome {
  Json value;
  std::size_t left_out = 0;
  error_code problem;
  std::size_t position = 0;  // of the problem
};

Outcome parse(std::string_view text, const JsonLimits& limits, const PartOfList* part = nullptr) {
  const auto start = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  text.remove_prefix(start);
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  boost::json::basic_parser<Builder> parser(options, limits, part);
  Outcome outcome;
  outcome.position = parser.write_some(false, text.data(), text.size(), outcome.problem);
  if (!outcome.problem && outcome.position < text.size()) outcome.problem = ParseProblem::extra_data;
  outcome.position += start;
  if (!outcome.problem) {
    outcome.value = parser.handler().take();
    outcome.left_out = parser.handler().left_out();
  }
  return outcome;
}

std::string reason(const error_code& problem, std::string_view text, std::size_t position) {
  if (problem == ParseProblem::incomplete || position >= text.size()) return "it ends too early";
  if (problem == ParseProblem::extra_data) return "more follows the value";
  if (problem != ParseProblem::syntax) return problem.message();
  const auto c = static_cast<unsigned char>(text[position]);
  if (c >= 0x80) return is_valid_utf8(text) ? "unexpected character" : "invalid UTF-8";
  return c > 0x20 ? fmt::format("unexpected \"{}\"", text[position]) : fmt::format("unexpected byte 0x{:02x}", c);
}

ParsedPart parse_checked(std::string_view text, const JsonLimits& limits, const PartOfList* part) {
  auto [value, left_out, problem, position] = parse(text, limits, part);
  if (!problem) return {.value = std::move(value), .left_out = left_out};
  if (problem == ParseProblem::too_deep)
    throw Error(Errc::invalid_request, fmt::format("JSON nested deeper than {} levels", limits.depth));
  if (problem == ParseProblem::array_too_large)
    throw Error(Errc::invalid_request, fmt::format("JSON of more than {} values", limits.values));
  if (problem == ParseProblem::object_too_large)
    throw Error(Errc::invalid_request, fmt::format("a JSON object of more than {} members", limits.members));
  throw Error(Errc::invalid_request,
              fmt::format("invalid JSON at byte {}: {}", position + 1, reason(problem, text, position)));
}

}  // namespace

Json parse_json(std::string_view text, JsonLimits limits) {
  return parse_checked(text, limits, nullptr).value;
}

ParsedPart parse_part(std::string_view text, const PartOfList& part, JsonLimits limits) {
  return parse_checked(text, limits, &part);
}

std::optional<Json> try_parse_json(std::string_view text, JsonLimits limits) {
  auto outcome = parse(text, limits);
  if (outcome.problem) return std::nullopt;
  return std::move(outcome.value);
}

}  // namespace base
