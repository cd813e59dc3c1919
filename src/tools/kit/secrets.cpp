#include "tools/kit/secrets.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace tools {
namespace {

constexpr std::array<std::string_view, 3> secret_names = {"authorization", "secretkey", "passphrase"};
constexpr std::array<std::string_view, 13> secret_endings = {
    "password", "passwordencrypted", "passwd",     "secret",     "privatekey",    "apikey",    "token",
    "hmac",     "hmackey",           "hmacsecret", "signingkey", "encryptionkey", "credential"};
// The private parts of a JSON Web Key (RFC 7518 §6.2.2, 6.3.2, 6.4.1).
constexpr std::array<std::string_view, 7> private_key_parts = {"d", "p", "q", "dp", "dq", "qi", "k"};
// What IDM encrypted or hashed: {"$crypto":{…}} in the place of the value.
constexpr auto encrypted = "$crypto";

// Members whose own member names are made up by people: outcomes, node keys.
constexpr std::array<std::string_view, 2> holders_of_free_names = {"connections", "nodeIdMapping"};

// As long as this, a text is a secret wherever it stands.
constexpr std::size_t sure_characters = 8;

constexpr std::string_view left_out_begin = "[", left_out_end = " characters left out]";

// Lower case, letters and digits only: client_secret, client-secret and clientSecret are one name.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (base::is_letter_or_digit(c)) out += base::to_lower(c);
  }
  return out;
}

// The texts of a secret member: one, a list, or AM's {"inherited":false,"value":…}.
template <typename Value, typename Act>
void visit_texts(Value& value, const Act& act) {
  if (value.is_string() && !value.template get_ref<const std::string&>().empty()) act(value);
  if (value.is_array()) {
    for (auto& entry : value) {
      if (entry.is_string()) visit_texts(entry, act);
    }
  }
  if (value.is_object() && value.contains("inherited") && value.contains("value")) visit_texts(value.at("value"), act);
}

bool is_private_part(std::string_view name) {
  return std::ranges::find(private_key_parts, name) != private_key_parts.end();
}

// jwkSet, jwks: keys as an object, or as its JSON in a text.
bool names_keys(std::string_view name) {
  return plain(name).contains("jwk");
}

// The texts of all secret members of a document to `act`, texts that may hold keys to `look_inside`. `in_key` says that
// the value is part of a key.
template <typename Value, typename Act, typename LookInside>
void visit_secrets(Value& value, const Act& act, const LookInside& look_inside, bool in_key = false) {
  if (value.is_array()) {
    for (auto& entry : value) visit_secrets(entry, act, look_inside, in_key);
    return;
  }
  if (!value.is_object()) return;
  const bool is_key = in_key || value.contains("kty");
  for (const auto& [name, member] : value.items()) {
    if (std::ranges::find(holders_of_free_names, name) != holders_of_free_names.end()) continue;
    if (is_secret_name(name) || (is_key && is_private_part(name)))
      visit_texts(member, act);
    else if (names_keys(name))
      visit_texts(member, look_inside);
    visit_secrets(member, act, look_inside, is_key || names_keys(name));
  }
}

constexpr auto look_no_further = [](const auto&) {};

void hide_text(Json& text) {
  text = hidden_secret;
}

void hide_keys_in(Json& text) {
  auto keys = base::try_parse_json(text.get_ref<const std::string&>());
  if (!keys || !keys->is_structured()) return;
  visit_secrets(*keys, hide_text, look_no_further, true);
  auto shown = base::print_json(*keys);
  if (shown.contains(hidden_secret)) text = std::move(shown);
}

// Not a script that writes such a word.
bool is_json_with_stand_in(std::string_view text) {
  return text.contains(fmt::format("\"{}\"", hidden_secret)) && base::try_parse_json(text).has_value();
}

bool is_encrypted(const Json& value) {
  return value.is_object() && value.contains(encrypted);
}

void hide_encrypted(Json& value) {
  if (is_encrypted(value)) hide_text(value);
  if (!value.is_structured()) return;
  for (Json& member : value) hide_encrypted(member);
}

// The values of patch operations on secret members: {"field":"/password","value":…}.
template <typename Act>
void visit_operations(const Json& value, const Act& act) {
  if (!value.is_structured()) return;
  const std::string field = base::text_member(value, "field");
  if (is_secret_name(field.substr(field.rfind('/') + 1))) visit_texts(base::member(value, "value"), act);
  for (const Json& member : value) visit_operations(member, act);
}

bool is_count(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool begins_with_left_out(std::string_view text) {
  const auto end = text.find(left_out_end);
  return text.starts_with(left_out_begin) && end != std::string_view::npos &&
         is_count(text.substr(left_out_begin.size(), end - left_out_begin.size()));
}

bool ends_with_left_out(std::string_view text) {
  if (!text.ends_with(left_out_end)) return false;
  text.remove_suffix(left_out_end.size());
  const auto begin = text.rfind(left_out_begin);
  return begin != std::string_view::npos && is_count(text.substr(begin + left_out_begin.size()));
}

bool is_of_word(char c) {
  return base::is_letter_or_digit(c) || c == '_' || c == '-';
}

bool is_whole_word(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_of_word(text[begin - 1])) && (end == text.size() || !is_of_word(text[end]));
}

// Puts stored secrets back; `secret` says that the value belongs to a secret member, as visit_texts has it.
class SecretRestoring {
 public:
  void restore(Json& value, const Json& stored, const std::string& at, bool secret) {
    if (value.is_string()) return restore_text(value, stored, at, secret);
    if (value.is_array()) return restore_list(value, stored, at, secret);
    if (!value.is_object()) return;
    const bool wrapped = secret && value.contains("inherited");
    const bool is_key = value.contains("kty");
    for (const auto& [name, member] : value.items()) {
      const bool is_secret = is_secret_name(name) || (wrapped && name == "value") || (is_key && is_private_part(name));
      restore(member, base::member(stored, name), fmt::format("{}/{}", at, name), is_secret);
    }
  }

  std::vector<std::string> missing;

 private:
  void restore_text(Json& value, const Json& stored, const std::string& at, bool secret) {
    if (!base::is_text(value, hidden_secret)) return;
    const bool is_text = secret && stored.is_string() && !stored.get_ref<const std::string&>().empty();
    if (is_text || is_encrypted(stored))
      value = stored;
    else
      missing.push_back(at);
  }

  void restore_list(Json& value, const Json& stored, const std::string& at, bool secret) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Json& known = stored.is_array() ? counterpart(value, i, stored, secret) : none_;
      restore(value[i], known, fmt::format("{}/{}", at, i), secret && value[i].is_string());
    }
  }

  // The stored entry that was shown as this one; none where that is not certain.
  const Json& counterpart(const Json& list, std::size_t at, const Json& stored, bool secret) const {
    const auto id = base::text_member(list[at], "_id");
    const auto is_it = [&](const Json& entry) {
      return id.empty() ? looks_like(list[at], entry, secret) : base::text_member(entry, "_id") == id;
    };
    if (list.size() == stored.size() && is_it(stored[at])) return stored[at];
    const auto found = std::ranges::find_if(stored, is_it);
    return std::ranges::count_if(stored, is_it) == 1 ? *found : none_;
  }

  static bool looks_like(const Json& given, const Json& stored, bool secret) {
    Json shown = stored;
    if (secret && shown.is_string())
      shown = hidden_secret;
    else
      hide_secrets(shown);
    return base::same_value(given, shown);
  }

  const Json none_;
};

}  // namespace

bool is_secret_name(std::string_view name) {
  const std::string word = plain(name);
  if (word.contains("public")) return false;      // idTokenPublicEncryptionKey
  if (name.ends_with("-encrypted")) return true;  // userpassword-encrypted
  return std::ranges::find(secret_names, word) != secret_names.end() ||
         std::ranges::any_of(secret_endings, [&](std::string_view ending) { return word.ends_with(ending); });
}

void hide_secrets(Json& value) {
  hide_encrypted(value);
  visit_secrets(value, hide_text, hide_keys_in);
}

std::vector<std::string> restore_secrets(Json& value, const Json& stored) {
  SecretRestoring restoring;
  restoring.restore(value, stored, {}, false);
  return std::move(restoring.missing);
}

std::vector<std::string> secret_texts(const Json& arguments) {
  std::vector<std::string> texts;
  const auto add = [&](const Json& text) {
    texts.push_back(text.get<std::string>());
    // Who repeats a whole request repeats it as JSON.
    const auto quoted = base::print_json(text);
    if (quoted.size() > texts.back().size() + 2) texts.push_back(quoted.substr(1, quoted.size() - 2));
  };
  const auto add_keys = [&](const Json& text) {
    const auto keys = base::try_parse_json(text.get_ref<const std::string&>());
    if (keys) visit_secrets(*keys, add, look_no_further, true);
  };
  visit_secrets(arguments, add, add_keys);
  visit_operations(arguments, add);
  std::ranges::sort(texts, std::ranges::greater(), &std::string::size);
  return texts;
}

HiddenTexts::HiddenTexts(const std::vector<std::string>& hidden, std::size_t shortest) : nodes_(1) {
  for (const auto& text : hidden) {
    if (!text.empty() && text.size() >= shortest) add(text);
  }
  connect();
}

void HiddenTexts::add(std::string_view text) {
  std::uint32_t at = 0;
  for (const char c : text) {
    auto to = child_of(at, c);
    if (to == 0) {
      to = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({.character = c, .sibling = nodes_[at].child});
      nodes_[at].child = to;
    }
    at = to;
  }
  nodes_[at].length = static_cast<std::uint32_t>(text.size());
}

// From the shortest beginnings to the longest.
void HiddenTexts::connect() {
  std::vector<std::uint32_t> order{0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto parent = order[i];
    for (auto at = nodes_[parent].child; at != 0; at = nodes_[at].sibling) {
      order.push_back(at);
      if (parent == 0) continue;
      const auto shorter = next(nodes_[parent].shorter, nodes_[at].character);
      nodes_[at].shorter = shorter;
      nodes_[at].whole_shorter = nodes_[shorter].length > 0 ? shorter : nodes_[shorter].whole_shorter;
    }
  }
}

std::uint32_t HiddenTexts::child_of(std::uint32_t node, char character) {
  auto at = nodes_[node].child;
  for (; at != 0 && nodes_[at].character != character; at = nodes_[at].sibling) ++steps_;
  ++steps_;
  return at;
}

std::uint32_t HiddenTexts::next(std::uint32_t node, char character) {
  while (true) {
    if (const auto child = child_of(node, character); child != 0 || node == 0) return child;
    node = nodes_[node].shorter;
  }
}

// How long the longest text is that ends here and is to be hidden. All from the sure length on are, so that this looks
// at few.
std::size_t HiddenTexts::longest_at(std::uint32_t node, std::string_view text, std::size_t end) {
  for (auto at = nodes_[node].length > 0 ? node : nodes_[node].whole_shorter; at != 0; at = nodes_[at].whole_shorter) {
    ++steps_;
    const std::size_t length = nodes_[at].length;
    if (length >= sure_characters || is_whole_word(text, end - length, end)) return length;
  }
  return 0;
}

void HiddenTexts::hide(std::string& text) {
  // What is to be hidden, from the left; none lies in another or overlaps it.
  std::vector<std::pair<std::size_t, std::size_t>> places;
  std::uint32_t at = 0;
  for (std::size_t end = 1; nodes_.size() > 1 && end <= text.size(); ++end) {
    at = next(at, text[end - 1]);
    const auto length = longest_at(at, text, end);
    if (length == 0) continue;
    auto begin = end - length;
    while (!places.empty() && places.back().second > begin) {
      begin = std::min(begin, places.back().first);
      places.pop_back();
    }
    places.emplace_back(begin, end);
  }
  if (places.empty()) return;
  std::string shown;
  std::size_t done = 0;
  for (const auto& [begin, end] : places) {
    shown.append(text, done, begin - done).append(hidden_secret);
    done = end;
  }
  text = shown.append(text, done);
}

void HiddenTexts::hide(Json& value) {
  if (value.is_string()) hide(value.get_ref<std::string&>());
  if (!value.is_structured()) return;
  for (Json& member : value) hide(member);
}

void hide_texts(std::string& text, const std::vector<std::string>& hidden, std::size_t shortest) {
  if (!hidden.empty()) HiddenTexts(hidden, shortest).hide(text);
}

void hide_texts(Json& value, const std::vector<std::string>& hidden, std::size_t shortest) {
  if (!hidden.empty()) HiddenTexts(hidden, shortest).hide(value);
}

std::string left_out_text(std::size_t characters) {
  return fmt::format("{}{}{}", left_out_begin, characters, left_out_end);
}

bool is_stand_in(std::string_view text) {
  if (text == hidden_secret || is_json_with_stand_in(text)) return true;
  return begins_with_left_out(text) || ends_with_left_out(text);
}

}  // namespace tools
