#include "base/text.h"
#include "net/browser.h"

#include <algorithm>
#include <utility>

namespace net {
namespace {

#ifdef _WIN32
constexpr char separator = ';';
#else
constexpr char separator = ':';
#endif

// Cuts a command into words by the quoting rules of POSIX shells (XCU 2.2), without any expansion.
class Words {
 public:
  // Nothing when a quote stays open or the text ends with a lone backslash.
  std::optional<std::vector<std::string>> split(std::string_view text) {
    for (const char c : text) take(c);
    if (quote_ != 0 || is_escaped_) return std::nullopt;
    end_word();
    return std::move(words_);
  }

 private:
  void take(char c) {
    if (is_escaped_) {
      take_escaped(c);
    } else if (quote_ == '\'') {
      if (c == quote_) {
        quote_ = 0;
      } else {
        add(c);
      }
    } else if (c == '\\') {
      is_escaped_ = true;
    } else if (c == quote_) {
      quote_ = 0;
    } else if (quote_ != 0) {
      add(c);
    } else {
      take_bare(c);
    }
  }

  void take_escaped(char c) {
    constexpr std::string_view special_in_quotes = "\\\"$`";
    is_escaped_ = false;
    if (quote_ != 0 && !special_in_quotes.contains(c)) add('\\');
    add(c);
  }

  void take_bare(char c) {
    if (c == '"' || c == '\'') {
      quote_ = c;
      has_word_ = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
    } else {
      add(c);
    }
  }

  void add(char c) {
    word_ += c;
    has_word_ = true;
  }

  void end_word() {
    if (std::exchange(has_word_, false)) words_.push_back(std::exchange(word_, {}));
  }

  std::vector<std::string> words_;
  std::string word_;
  bool has_word_ = false;  // a word may be empty: ""
  char quote_ = 0;
  bool is_escaped_ = false;
};

// True when there was something to replace.
bool insert_url(std::string& word, const std::string& url) {
  constexpr std::string_view placeholder = "%s";
  bool found = false;
  for (auto at = word.find(placeholder); at != std::string::npos; at = word.find(placeholder, at + url.size())) {
    word.replace(at, placeholder.size(), url);
    found = true;
  }
  return found;
}

bool names_proxy_with_credentials(std::string_view variable) {
  const auto name = base::upper_case(variable.substr(0, variable.find('=')));
  return name.ends_with("_PROXY") && variable.contains('@');
}

}  // namespace

void leave_secrets_out(std::vector<std::string>& environment, std::string_view own_settings) {
  std::erase_if(environment, [own_settings](const std::string& variable) {
    return (!own_settings.empty() && variable.starts_with(own_settings)) || names_proxy_with_credentials(variable);
  });
}

std::vector<std::vector<std::string>> browser_commands(std::string_view setting, const std::string& url) {
  std::vector<std::vector<std::string>> commands;
  while (!setting.empty()) {
    const auto candidate = setting.substr(0, setting.find(separator));
    setting.remove_prefix(std::min(candidate.size() + 1, setting.size()));
    auto words = Words().split(candidate);
    if (!words || words->empty()) continue;
    bool has_url = false;
    for (auto& word : *words) has_url = insert_url(word, url) || has_url;
    if (!has_url) words->push_back(url);
    commands.push_back(std::move(*words));
  }
  return commands;
}

}  // namespace net
