// This process's own memory, searched: what was freed is looked at without being touched.
#pragma once

#include <string>
#include <string_view>

namespace test {

// A text to look for that stands nowhere else: kept so that the search does not find it.
class Needle {
 public:
  explicit Needle(std::string_view text);
  // Written there, as long as it is.
  void write_to(char* bytes) const;
  std::size_t size() const { return masked_.size(); }

  // How often it stands in the memory of this process.
  std::size_t found() const;

 private:
  std::string masked_;
};

}  // namespace test
