// Which members of documents hold secrets, and hiding them in results and errors (R-RES-14).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace tools {

using base::Json;

// Stands in results for the value of a secret member.
inline constexpr std::string_view hidden_secret = "[redacted]";

// True for names such as userPassword, client_secret, privateKey, in any spelling.
bool is_secret_name(std::string_view name);

// Replaces the texts of all secret members, private parts of keys and what IDM encrypted, at any depth.
void hide_secrets(Json& value);

// The texts of all secret members, also of those that a patch operation names in `field`; longest first. They are what
// the arguments of a call must not give away when the tenant repeats them in words of its own.
std::vector<std::string> secret_texts(const Json& arguments);

// Hides texts wherever they stand in others; those shorter than `shortest` stay. Ones that may be ordinary parts of
// words are hidden as whole words only. Looks for all of them at once (Aho and Corasick), so that what it costs grows
// with the size of the texts and not with their number.
class HiddenTexts {
 public:
  explicit HiddenTexts(const std::vector<std::string>& hidden, std::size_t shortest = 1);

  void hide(std::string& text);
  // In all texts of a document, at any depth.
  void hide(Json& value);

  // That were taken so far, for tests.
  std::size_t steps() const { return steps_; }

 private:
  // A beginning of some hidden texts.
  struct Node {
    char character = 0;
    std::uint32_t child = 0, sibling = 0;  // 0 for none, as the root is neither
    std::uint32_t shorter = 0;             // the longest other beginning that this one ends in
    std::uint32_t whole_shorter = 0;       // the longest hidden text that this one ends in, but is not
    std::uint32_t length = 0;              // of the hidden text that this is; 0 for none
  };

  void add(std::string_view text);
  void connect();
  std::uint32_t child_of(std::uint32_t node, char character);
  std::uint32_t next(std::uint32_t node, char character);
  std::size_t longest_at(std::uint32_t node, std::string_view text, std::size_t end);

  std::vector<Node> nodes_;
  std::size_t steps_ = 0;
};

void hide_texts(std::string& text, const std::vector<std::string>& hidden, std::size_t shortest = 1);
// The same in all texts of a document, at any depth.
void hide_texts(Json& value, const std::vector<std::string>& hidden, std::size_t shortest = 1);

// Puts the stored texts in the place of those that stand for them: where `stored` has a secret in the same place,
// entries of lists being known by their `_id` or by looking like what was shown. Gives the places ("/nodes/0/password")
// for which there is none.
std::vector<std::string> restore_secrets(Json& value, const Json& stored);

// Stands in results for a text that was left out because of its length.
std::string left_out_text(std::size_t characters);
// True for the two stand-ins above, for a text that begins or ends with the second one, and for JSON that holds the
// first one (jwkSet): whoever writes it back would destroy what it stands for.
bool is_stand_in(std::string_view text);

}  // namespace tools
