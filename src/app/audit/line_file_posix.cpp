#include "app/audit/line_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/audit/torn_line.h"
#include "base/error.h"

namespace app {
namespace {

constexpr std::chrono::milliseconds longest_wait{200};

std::string reason(int error) {
  return std::generic_category().message(error);
}

[[noreturn]] void fail(const std::string& path, std::string_view why) {
  throw base::Error(base::Errc::configuration, fmt::format("the audit file {} {}", path, why));
}

[[noreturn]] void fail_by_system(const std::string& path, std::string_view what, int error) {
  fail(path, fmt::format("cannot be {}: {}", what, reason(error)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

std::string fault_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is not a file";
  if (status.st_uid != ::geteuid()) return "belongs to somebody else";
  return {};
}

// The lock goes with the descriptor. It is held for microseconds, unless somebody stops a process in between.
void lock(const std::string& path, int file) {
  const auto end = std::chrono::steady_clock::now() + longest_wait;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) fail_by_system(path, "locked", errno);
    if (std::chrono::steady_clock::now() > end) fail(path, "is locked by another process");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// The file that the path names now, locked: not one that was moved away between opening and locking.
Descriptor open_locked(const std::string& path) {
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600));
    if (file.get() < 0) fail_by_system(path, "opened", errno);
    struct stat opened = {};
    struct stat named = {};
    if (::fstat(file.get(), &opened) != 0) fail_by_system(path, "opened", errno);
    if (const auto fault = fault_of(opened); !fault.empty()) fail(path, fault);
    lock(path, file.get());
    if (::stat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev)
      return file;
  }
  fail(path, "is replaced over and over");
}

off_t size_of(const std::string& path, int file) {
  struct stat status = {};
  if (::fstat(file, &status) != 0) fail_by_system(path, "read", errno);
  return status.st_size;
}

// The size without what stands behind the last line break.
off_t size_of_whole_lines(const std::string& path, int file, off_t size) {
  std::array<char, 4096> part{};
  for (off_t end = size; end > 0;) {
    const off_t begin = std::max<off_t>(end - static_cast<off_t>(part.size()), 0);
    const auto wanted = static_cast<std::size_t>(end - begin);
    if (::pread(file, part.data(), wanted, begin) != end - begin) fail_by_system(path, "read", errno);
    const auto at = std::string_view(part.data(), wanted).rfind('\n');
    if (at != std::string_view::npos) return begin + static_cast<off_t>(at) + 1;
    end = begin;
  }
  return 0;
}

std::string text_at(const std::string& path, int file, off_t begin, off_t end) {
  std::string text(static_cast<std::size_t>(end - begin), '\0');
  const auto size = ::pread(file, text.data(), text.size(), begin);
  if (size < 0) fail_by_system(path, "read", errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string head_of(const std::string& path, int file) {
  return text_at(path, file, 0, static_cast<off_t>(line_head.size()));
}

// Leaves the file as it was where not all of it fits.
void append(const std::string& path, int file, std::string_view text) {
  const off_t before = size_of(path, file);
  ssize_t written = 0;
  do {
    written = ::write(file, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(text.size())) return;
  const int error = written < 0 ? errno : ENOSPC;
  // Where this fails, too, the next writer removes the torn line.
  if (written > 0 && ::ftruncate(file, before) != 0) fail_by_system(path, "repaired", errno);
  fail_by_system(path, "written", error);
}

// Locked, with whole lines only.
Descriptor open_lines(const std::string& path) {
  Descriptor file = open_locked(path);
  const off_t size = size_of(path, file.get());
  if (size == 0) return file;
  const bool is_whole = text_at(path, file.get(), size - 1, size) == "\n";
  const off_t whole = is_whole ? size : size_of_whole_lines(path, file.get(), size);
  if (whole > 0 && head_of(path, file.get()) != line_head) fail(path, no_audit_log);
  if (is_whole) return file;
  switch (judge_torn(text_at(path, file.get(), whole, size))) {
    case Torn::not_ours:
      fail(path, no_audit_log);
    case Torn::complete:
      append(path, file.get(), "\n");
      break;
    case Torn::remove:
      if (::ftruncate(file.get(), whole) != 0) fail_by_system(path, "repaired", errno);
      break;
  }
  return file;
}

}  // namespace

void append_line(const std::string& path, std::string_view line) {
  const Descriptor file = open_lines(path);
  append(path, file.get(), fmt::format("{}\n", line));
}

void try_to_append(const std::string& path) {
  constexpr std::size_t ordinary_length = 4096;
  const Descriptor file = open_lines(path);
  const off_t before = size_of(path, file.get());
  // Without a line break: whoever reads it now takes it for a torn line.
  append(path, file.get(), std::string(ordinary_length, ' '));
  if (::ftruncate(file.get(), before) != 0) fail_by_system(path, "repaired", errno);
}

std::string obstacle_to_lines(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) {
    if (auto fault = fault_of(status); !fault.empty()) return fault;
    if (::access(path.c_str(), R_OK | W_OK) != 0) return reason(errno);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) return reason(errno);
    return may_begin_line(head_of(path, file.get())) ? std::string() : std::string(no_audit_log);
  }
  if (errno != ENOENT) return reason(errno);
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? "" : fmt::format("cannot be made: {}", reason(errno));
}

bool others_may_read(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

}  // namespace app
