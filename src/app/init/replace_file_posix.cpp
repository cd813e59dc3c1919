#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "app/init/replace_file.h"
#include "base/random.h"

namespace app {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// A file of its own beside the target, removed unless it takes the target's place.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& target)
      : path_(target.string() + "." + base::SystemRandom().uuid() + ".tmp"),
        file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    if (file_ < 0) fail("open");
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (file_ >= 0) close(file_);
    if (!path_.empty()) unlink(path_.c_str());
  }

  void take_rights(const std::filesystem::path& like) const {
    struct stat facts = {};
    if (stat(like.c_str(), &facts) != 0) {
      if (errno == ENOENT) return;
      fail("stat");
    }
    struct stat own = {};
    if (fstat(file_, &own) != 0) fail("fstat");
    const bool is_other = facts.st_uid != own.st_uid || facts.st_gid != own.st_gid;
    if (is_other && fchown(file_, facts.st_uid, facts.st_gid) != 0) fail("fchown");
    if (fchmod(file_, facts.st_mode & 07777) != 0) fail("fchmod");
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::write(file_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("write");
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    if (fsync(file_) != 0) fail("fsync");
  }

  void become(const std::filesystem::path& target) {
    if (close(std::exchange(file_, -1)) != 0) fail("close");
    if (rename(path_.c_str(), target.c_str()) != 0) fail("rename");
    path_.clear();
  }

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace

void replace_file(const std::filesystem::path& target, std::string_view text, const std::filesystem::path& like) {
  Draft draft(target);
  draft.take_rights(like);
  draft.write(text);
  draft.become(target);
}

}  // namespace app
