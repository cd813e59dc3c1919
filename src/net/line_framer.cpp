#include "net/stdio.h"

#include <utility>

namespace net {

void LineFramer::feed(std::string_view bytes, const std::function<void(Line)>& on_line) {
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    keep(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
    on_line(take());
  }
  keep(bytes);
}

std::optional<LineFramer::Line> LineFramer::finish() {
  if (partial_.empty() && !skipping_) return std::nullopt;
  return take();
}

void LineFramer::keep(std::string_view part) {
  if (skipping_) return;
  const std::size_t size = partial_.size() + part.size();
  // A carriage return may belong to the end of the line, which is not counted.
  if (size <= max_line_ || (size == max_line_ + 1 && (part.empty() ? partial_ : part).ends_with('\r'))) {
    partial_.append(part);
    return;
  }
  skipping_ = true;
  std::string().swap(partial_);
}

LineFramer::Line LineFramer::take() {
  if (std::exchange(skipping_, false)) return Line{.text = {}, .too_long = true};
  if (partial_.ends_with('\r')) partial_.pop_back();
  return Line{.text = std::exchange(partial_, {}), .too_long = false};
}

}  // namespace net
