#include "app/audit/line_file.h"

#include <windows.h>
// Needs windows.h before it.
#include <sddl.h>

#include <memory>

#include <fmt/format.h>

#include "app/audit/torn_line.h"
#include "base/error.h"
#include "base/wide.h"

namespace app {
namespace {

constexpr DWORD longest_wait_ms = 200;

[[noreturn]] void fail(const std::string& path, std::string_view why) {
  throw base::Error(base::Errc::configuration, fmt::format("the audit file {} {}", path, why));
}

[[noreturn]] void fail_by_system(const std::string& path, std::string_view what, DWORD error) {
  fail(path, fmt::format("cannot be {}: {}", what, base::windows_error(error)));
}

struct FreeLocal {
  void operator()(void* block) const { LocalFree(block); }
};
struct CloseFile {
  void operator()(HANDLE file) const { CloseHandle(file); }
};
using File = std::unique_ptr<void, CloseFile>;

// Full access for the owner, nobody else, nothing inherited.
constexpr const wchar_t* owner_only = L"D:P(A;;FA;;;OW)";

class OwnerOnly {
 public:
  OwnerOnly() {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(owner_only, SDDL_REVISION_1, &descriptor, nullptr) == 0)
      return;
    descriptor_.reset(descriptor);
    attributes_ = {.nLength = sizeof attributes_, .lpSecurityDescriptor = descriptor, .bInheritHandle = FALSE};
  }
  SECURITY_ATTRIBUTES* get() { return descriptor_ ? &attributes_ : nullptr; }

 private:
  std::unique_ptr<void, FreeLocal> descriptor_;
  SECURITY_ATTRIBUTES attributes_{};
};

// Nobody else may write while this is open, which is the lock.
File open_locked(const std::string& path) {
  OwnerOnly security;
  if (security.get() == nullptr) fail_by_system(path, "opened", GetLastError());
  const auto wide = base::to_wide(path);
  const auto end = GetTickCount64() + longest_wait_ms;
  while (true) {
    HANDLE handle = CreateFileW(wide.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                                security.get(), OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle != INVALID_HANDLE_VALUE) {
      File file(handle);
      if (GetFileType(handle) != FILE_TYPE_DISK) fail(path, "is not a file");
      return file;
    }
    const DWORD error = GetLastError();
    if (error != ERROR_SHARING_VIOLATION) fail_by_system(path, "opened", error);
    if (GetTickCount64() > end) fail(path, "is locked by another process");
    Sleep(1);
  }
}

LONGLONG size_of(const std::string& path, HANDLE file) {
  LARGE_INTEGER size{};
  if (GetFileSizeEx(file, &size) == 0) fail_by_system(path, "read", GetLastError());
  return size.QuadPart;
}

void move_to(const std::string& path, HANDLE file, LONGLONG position) {
  LARGE_INTEGER place{};
  place.QuadPart = position;
  if (SetFilePointerEx(file, place, nullptr, FILE_BEGIN) == 0) fail_by_system(path, "read", GetLastError());
}

char byte_at(const std::string& path, HANDLE file, LONGLONG position) {
  char byte = 0;
  DWORD got = 0;
  move_to(path, file, position);
  if (ReadFile(file, &byte, 1, &got, nullptr) == 0 || got != 1) fail_by_system(path, "read", GetLastError());
  return byte;
}

void cut(const std::string& path, HANDLE file, LONGLONG size) {
  move_to(path, file, size);
  if (SetEndOfFile(file) == 0) fail_by_system(path, "repaired", GetLastError());
}

std::string text_at(const std::string& path, HANDLE file, LONGLONG begin, LONGLONG end) {
  std::string text(static_cast<std::size_t>(end - begin), '\0');
  DWORD got = 0;
  move_to(path, file, begin);
  if (ReadFile(file, text.data(), static_cast<DWORD>(text.size()), &got, nullptr) == 0)
    fail_by_system(path, "read", GetLastError());
  text.resize(got);
  return text;
}

std::string head_of(const std::string& path, HANDLE file) {
  return text_at(path, file, 0, static_cast<LONGLONG>(line_head.size()));
}

// Leaves the file as it was where not all of it fits.
void append(const std::string& path, HANDLE file, std::string_view text) {
  const LONGLONG before = size_of(path, file);
  move_to(path, file, before);
  DWORD written = 0;
  const bool is_done = WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) != 0;
  if (is_done && written == text.size()) return;
  const DWORD error = is_done ? ERROR_DISK_FULL : GetLastError();
  if (written > 0) cut(path, file, before);
  fail_by_system(path, "written", error);
}

// Locked, with whole lines only.
File open_lines(const std::string& path) {
  File file = open_locked(path);
  const LONGLONG size = size_of(path, file.get());
  if (size == 0) return file;
  LONGLONG whole = size;
  while (whole > 0 && byte_at(path, file.get(), whole - 1) != '\n') --whole;
  if (whole > 0 && head_of(path, file.get()) != line_head) fail(path, no_audit_log);
  if (whole == size) return file;
  switch (judge_torn(text_at(path, file.get(), whole, size))) {
    case Torn::not_ours:
      fail(path, no_audit_log);
    case Torn::complete:
      append(path, file.get(), "\n");
      break;
    case Torn::remove:
      cut(path, file.get(), whole);
      break;
  }
  return file;
}

}  // namespace

void append_line(const std::string& path, std::string_view line) {
  const File file = open_lines(path);
  append(path, file.get(), fmt::format("{}\n", line));
}

void try_to_append(const std::string& path) {
  constexpr std::size_t ordinary_length = 4096;
  const File file = open_lines(path);
  const LONGLONG before = size_of(path, file.get());
  // Without a line break: whoever reads it now takes it for a torn line.
  append(path, file.get(), std::string(ordinary_length, ' '));
  cut(path, file.get(), before);
}

std::string obstacle_to_lines(const std::string& path) {
  const auto wide = base::to_wide(path);
  const DWORD kind = GetFileAttributesW(wide.c_str());
  if (kind != INVALID_FILE_ATTRIBUTES) {
    if ((kind & FILE_ATTRIBUTE_DIRECTORY) != 0) return "is not a file";
    if ((kind & FILE_ATTRIBUTE_READONLY) != 0) return "is read-only";
    const File file(CreateFileW(wide.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    // Another process may be writing a line.
    if (file.get() == INVALID_HANDLE_VALUE) return "";
    return may_begin_line(head_of(path, file.get())) ? std::string() : std::string(no_audit_log);
  }
  const auto slash = path.find_last_of("/\\");
  const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  const DWORD of_folder = GetFileAttributesW(base::to_wide(folder).c_str());
  return of_folder != INVALID_FILE_ATTRIBUTES && (of_folder & FILE_ATTRIBUTE_DIRECTORY) != 0
             ? ""
             : fmt::format("cannot be made: there is no folder {}", folder);
}

bool others_may_read(const std::string&) {
  return false;
}

}  // namespace app
