#include "tools/secrets.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tools {
namespace {

constexpr std::array<std::string_view, 6> secret_names = {"authorization", "accesstoken", "refreshtoken",
                                                          "apikey",        "secretkey",   "passphrase"};
constexpr std::array<std::string_view, 5> secret_endings = {"password", "passwordencrypted", "passwd", "secret",
                                                            "privatekey"};

// Members whose own member names are made up by people: outcomes, node keys.
constexpr std::array<std::string_view, 2> holders_of_free_names = {"connections", "nodeIdMapping"};

constexpr std::string_view left_out_begin = "[", left_out_end = " characters left out]";

// Lower case, letters and digits only: client_secret, client-secret and clientSecret are one name.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + ('a' - 'A'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

void hide_text(Json& value) {
  if (value.is_string() && !value.get_ref<const std::string&>().empty()) value = hidden_secret;
}

// The value of a secret member: text, a list of texts, or AM's {"inherited":false,"value":…}.
void hide_value(Json& value) {
  hide_text(value);
  if (value.is_array()) std::ranges::for_each(value, hide_text);
  if (value.is_object() && value.contains("inherited") && value.contains("value")) hide_value(value["value"]);
}

}  // namespace

bool is_secret_name(std::string_view name) {
  const std::string word = plain(name);
  return std::ranges::find(secret_names, word) != secret_names.end() ||
         std::ranges::any_of(secret_endings, [&](std::string_view ending) { return word.ends_with(ending); });
}

void hide_secrets(Json& value) {
  if (value.is_array()) {
    for (Json& entry : value) hide_secrets(entry);
    return;
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    if (std::ranges::find(holders_of_free_names, name) != holders_of_free_names.end()) continue;
    if (is_secret_name(name)) hide_value(member);
    hide_secrets(member);
  }
}

std::string left_out_text(std::size_t characters) {
  return fmt::format("{}{}{}", left_out_begin, characters, left_out_end);
}

bool is_stand_in(std::string_view text) {
  if (text == hidden_secret) return true;
  if (!text.starts_with(left_out_begin) || !text.ends_with(left_out_end)) return false;
  text.remove_prefix(left_out_begin.size());
  text.remove_suffix(left_out_end.size());
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace tools
