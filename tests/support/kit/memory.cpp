#include "support/kit/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace test {
namespace {

constexpr unsigned char mask = 0x5a;

char masked(char c) {
  return static_cast<char>(static_cast<unsigned char>(c) ^ mask);
}

// Memory that is not searched: it is shared, which this process's own is not.
class Pages {
 public:
  explicit Pages(std::size_t size)
      : size_(size), bytes_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (bytes_ == MAP_FAILED) throw std::runtime_error("no memory to search with");
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { munmap(bytes_, size_); }

  char* bytes() const { return static_cast<char*>(bytes_); }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  void* bytes_;
};

struct Range {
  std::uintptr_t begin = 0, end = 0;
};

// Without what is too large to be anything but a sanitizer's own.
std::vector<Range> private_memory() {
  constexpr std::uintptr_t too_large = std::uintptr_t{1} << 28;
  std::vector<Range> ranges;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    Range range;
    char dash = 0;
    std::string access;
    fields >> std::hex >> range.begin >> dash >> range.end >> access;
    if (!ranges.empty()) range.begin = std::max(range.begin, ranges.back().end);  // what grew meanwhile is told again
    if (access == "rw-p" && range.end - range.begin < too_large && range.begin < range.end) ranges.push_back(range);
  }
  return ranges;
}

std::size_t count(std::string_view text, std::string_view wanted) {
  std::size_t times = 0;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (const void* hit = memmem(at, static_cast<std::size_t>(end - at), wanted.data(), wanted.size())) {
    ++times;
    at = static_cast<const char*>(hit) + 1;
  }
  return times;
}

}  // namespace

Needle::Needle(std::string_view text) {
  std::ranges::transform(text, std::back_inserter(masked_), masked);
}

void Needle::write_to(char* bytes) const {
  std::ranges::transform(masked_, bytes, masked);
}

std::size_t Needle::found() const {
  const Pages wanted(size());
  const Pages window(std::size_t{1} << 20);
  write_to(wanted.bytes());
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  if (memory < 0) throw std::runtime_error("this process's memory cannot be read");
  std::size_t times = 0;
  const auto overlap = size() - 1;  // one that lies across two windows
  for (const auto& [begin, end] : private_memory()) {
    for (auto at = begin; at + overlap < end; at += window.size() - overlap) {
      // Through the kernel: no page is touched, and a sanitizer does not mind what was freed.
      const auto got = pread(memory, window.bytes(), std::min(window.size(), end - at), static_cast<off_t>(at));
      if (got > 0) times += count({window.bytes(), static_cast<std::size_t>(got)}, {wanted.bytes(), wanted.size()});
    }
  }
  close(memory);
  return times;
}

}  // namespace test
