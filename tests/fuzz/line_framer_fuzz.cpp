// The line framer against the plain way of cutting a text into lines, whatever pieces the text comes in.
// Input: the longest line, the seed of the pieces' sizes, then the text.
#include "fuzz/fuzz.h"
#include "net/stdio.h"

#include <random>
#include <string>
#include <vector>

namespace {

using Line = net::LineFramer::Line;

Line plain_line(std::string_view text, std::size_t max_line) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() > max_line) return {.text = {}, .too_long = true};
  return {.text = std::string(text), .too_long = false};
}

std::vector<Line> cut_plainly(std::string_view text, std::size_t max_line) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(plain_line(text.substr(0, end), max_line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<Line> cut(std::string_view text, std::size_t max_line, unsigned seed) {
  net::LineFramer framer(max_line);
  std::vector<Line> lines;
  std::minstd_rand random(seed + 1);
  const auto add = [&](Line line) { lines.push_back(std::move(line)); };
  while (!text.empty()) {
    const auto piece = text.substr(0, 1 + random() % 40);
    text.remove_prefix(piece.size());
    framer.feed(piece, add);
    fuzz::require(framer.buffered() <= max_line + 2, "no more than the longest line is kept");
  }
  if (auto rest = framer.finish()) add(std::move(*rest));
  return lines;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t max_line = 1 + data[0] % 64;
  const auto text = fuzz::text_of(data + 2, size - 2);
  const auto expected = cut_plainly(text, max_line);
  const auto seen = cut(text, max_line, data[1]);
  fuzz::require(seen.size() == expected.size(), "as many lines as there are", text);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    fuzz::require(seen[i].too_long == expected[i].too_long, "too long only where it is", text);
    fuzz::require(seen[i].text == expected[i].text, "each line as it was sent", text);
  }
  return 0;
}
