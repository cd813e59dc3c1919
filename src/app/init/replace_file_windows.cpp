#include <windows.h>

#include <memory>
#include <string>
#include <system_error>

#include "app/init/replace_file.h"
#include "base/encoding.h"
#include "base/random.h"
#include "base/wide.h"

namespace app {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), what);
}

struct CloseFile {
  void operator()(void* file) const { CloseHandle(file); }
};

void write_new(const std::wstring& path, std::string_view text) {
  const HANDLE opened =
      CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (opened == INVALID_HANDLE_VALUE) fail("CreateFile");
  const std::unique_ptr<void, CloseFile> file(opened);
  while (!text.empty()) {
    DWORD count = 0;
    if (WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &count, nullptr) == 0) fail("WriteFile");
    text.remove_prefix(count);
  }
  if (FlushFileBuffers(file.get()) == 0) fail("FlushFileBuffers");
}

}  // namespace

// Files in a user's folders have that folder's ACL; ReplaceFile keeps that of the replaced one.
void replace_file(const std::filesystem::path& target, std::string_view text, const std::filesystem::path& like) {
  const auto draft = target.wstring() + L"." + base::to_wide(base::SystemRandom().uuid()) + L".tmp";
  try {
    write_new(draft, text);
    std::error_code error;
    const bool is_there = std::filesystem::exists(target, error);
    // The backup gets the ACL of what it is a copy of, which then gets its place.
    if (!is_there && std::filesystem::exists(like, error) && CopyFileW(like.c_str(), target.c_str(), TRUE) == 0)
      fail("CopyFile");
    if (!is_there && !std::filesystem::exists(target, error)) {
      if (MoveFileExW(draft.c_str(), target.c_str(), MOVEFILE_WRITE_THROUGH) == 0) fail("MoveFileEx");
    } else if (ReplaceFileW(target.c_str(), draft.c_str(), nullptr, 0, nullptr, nullptr) == 0) {
      fail("ReplaceFile");
    }
  } catch (const std::system_error&) {
    DeleteFileW(draft.c_str());
    throw;
  }
}

}  // namespace app
