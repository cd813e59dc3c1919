#include "base/process.h"

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace base {
namespace {

// Segments that nobody may write to are as they are in the file; all others may have been changed since.
int release_segments(dl_phdr_info* object, std::size_t, void*) {
  if (std::string_view(object->dlpi_name).starts_with("linux-vdso")) return 0;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const auto first = (object->dlpi_addr + segment.p_vaddr) / page * page;
    const auto end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    // The loader tells addresses as numbers. NOLINTNEXTLINE(performance-no-int-to-ptr)
    madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

std::vector<std::string> arguments(int argc, const char* const* argv) {
  return {argv, argv + argc};
}

std::vector<std::string> environment() {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) all.emplace_back(*each);
  return all;
}

std::string program_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string program_file(const std::string& name) {
  return name;
}

bool is_terminal_stderr() {
  return isatty(STDERR_FILENO) == 1;
}

std::string runtime_folder(std::string_view xdg_runtime_dir) {
  if (!xdg_runtime_dir.empty()) return std::string(xdg_runtime_dir);
  auto usual = "/run/user/" + std::to_string(getuid());
  struct stat found{};
  const bool is_ours = lstat(usual.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == getuid();
  return is_ours ? usual : std::string();
}

bool is_terminal_stdin() {
  return isatty(STDIN_FILENO) == 1;
}

void ignore_broken_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

void prepare_process() {
  // A heap for each of our few threads would cost megabytes and gain nothing: one thread does nearly all the work.
  mallopt(M_ARENA_MAX, 1);
  ignore_broken_pipes();
}

void release_code_pages() {
  dl_iterate_phdr(&release_segments, nullptr);
}

void end_process(int exit_code) {
  _exit(exit_code);
}

}  // namespace base
