#include "http/client/curl_thread.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/secret.h"

namespace http {
namespace {

constexpr long kept_connections = 32;

char* wiping_strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  auto* copy = static_cast<char*>(base::wiping_malloc(size));
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, size));
}

// Once per process; libcurl overwrites what it frees from then on (R-TOK-01).
void initialise_libcurl() {
  static const auto result = curl_global_init_mem(CURL_GLOBAL_DEFAULT, &base::wiping_malloc, &base::wiping_free,
                                                  &base::wiping_realloc, &wiping_strdup, &base::wiping_calloc);
  if (result != CURLE_OK) throw base::Error(base::Errc::internal, "libcurl could not be initialised");
}

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, FreeMulti>;

// A new one for each request: a handle that is kept would keep what it has sent and received, too.
Easy make_easy() {
  Easy easy(curl_easy_init());
  if (!easy) throw base::Error(base::Errc::internal, "libcurl has no memory left");
  return easy;
}

Multi make_multi() {
  initialise_libcurl();
  Multi multi(curl_multi_init());
  if (!multi) throw base::Error(base::Errc::internal, "libcurl has no memory left");
  curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kept_connections);
  return multi;
}

}  // namespace

class CurlThread::Worker {
 public:
  using Clock = std::chrono::steady_clock;

  Worker(const CurlOptions& options, std::function<void()> on_finished)
      : options_(options), on_finished_(std::move(on_finished)), multi_(make_multi()), thread_([this] { run(); }) {}

  ~Worker() {
    give([](Inbox& inbox) { inbox.is_closed = true; });
    thread_.join();
  }

  void start(std::shared_ptr<Transfer> transfer) {
    give([&](Inbox& inbox) { inbox.started.push_back(std::move(transfer)); });
  }

  void cancel(std::shared_ptr<Transfer> transfer) {
    give([&](Inbox& inbox) { inbox.cancelled.push_back(std::move(transfer)); });
  }

  std::vector<std::shared_ptr<Transfer>> take_finished() {
    const std::lock_guard lock(mutex_);
    return std::exchange(finished_, {});
  }

 private:
  struct Inbox {
    std::vector<std::shared_ptr<Transfer>> started;
    std::vector<std::shared_ptr<Transfer>> cancelled;
    bool is_closed = false;
    bool is_noticed = false;  // the thread has been woken for it
  };

  // A transfer that libcurl works on.
  struct Active {
    Easy easy;
    std::shared_ptr<Transfer> transfer;
    std::optional<Clock::time_point> grace_end;
  };
  using ActiveTransfers = std::unordered_map<CURL*, Active>;

  // One wake-up for everything that is given before the thread looks.
  void give(auto put) {
    bool must_wake = false;
    {
      const std::lock_guard lock(mutex_);
      put(inbox_);
      must_wake = !std::exchange(inbox_.is_noticed, true);
    }
    if (must_wake) curl_multi_wakeup(multi_.get());
  }

  void run() {
    while (take_inbox()) {
      work();
      stop_overdue();
      hand_back();
      curl_multi_poll(multi_.get(), nullptr, 0, wait_ms(), nullptr);
    }
    for (auto& [handle, active] : active_) curl_multi_remove_handle(multi_.get(), handle);
  }

  bool take_inbox() {
    Inbox inbox;
    {
      const std::lock_guard lock(mutex_);
      inbox = std::exchange(inbox_, {});
    }
    for (auto& transfer : inbox.started) begin(std::move(transfer));
    for (const auto& transfer : inbox.cancelled) stop(transfer);
    return !inbox.is_closed;
  }

  void begin(std::shared_ptr<Transfer> transfer) {
    try {
      if (!setup_) setup_.emplace(options_);
      Easy easy = make_easy();
      transfer->prepare(easy.get(), *setup_);
      curl_multi_add_handle(multi_.get(), easy.get());
      CURL* const handle = easy.get();
      active_.emplace(handle, Active{std::move(easy), std::move(transfer), std::nullopt});
    } catch (const std::exception&) {
      transfer->fail(std::current_exception());
      done_.push_back(std::move(transfer));
    }
  }

  void stop(const std::shared_ptr<Transfer>& transfer) {
    const auto found =
        std::ranges::find_if(active_, [&](const auto& each) { return each.second.transfer == transfer; });
    if (found == active_.end()) return;  // it has just finished
    if (transfer->request().write && transfer->was_sent()) {
      found->second.grace_end = Clock::now() + options_.write_grace;
    } else {
      end(found, Transfer::Stop::cancelled);
    }
  }

  ActiveTransfers::iterator end(ActiveTransfers::iterator position, Transfer::Stop reason) {
    position->second.transfer->stop_because(reason);
    return end(position, reason == Transfer::Stop::cancelled ? CURLE_ABORTED_BY_CALLBACK : CURLE_OPERATION_TIMEDOUT);
  }

  ActiveTransfers::iterator end(ActiveTransfers::iterator position, CURLcode code) {
    Active active = std::move(position->second);
    curl_multi_remove_handle(multi_.get(), active.easy.get());
    active.transfer->finish(code);
    done_.push_back(std::move(active.transfer));
    return active_.erase(position);
  }

  void work() {
    // Finished transfers can make room for others inside libcurl, which it notices only when it is called again;
    // polling before that would stall a burst for a second.
    bool has_finished = true;
    while (has_finished) {
      has_finished = false;
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        end(active_.find(message->easy_handle), message->data.result);
        has_finished = true;
      }
    }
  }

  void stop_overdue() {
    const auto now = Clock::now();
    next_deadline_ = Clock::time_point::max();
    for (auto each = active_.begin(); each != active_.end();) {
      const auto deadline = each->second.transfer->deadline();
      const auto grace_end = each->second.grace_end.value_or(Clock::time_point::max());
      if (now >= grace_end) {
        each = end(each, Transfer::Stop::cancelled);
      } else if (now >= deadline.at) {
        each = end(each, deadline.reason);
      } else {
        next_deadline_ = std::min({next_deadline_, deadline.at, grace_end});
        ++each;
      }
    }
  }

  void hand_back() {
    if (done_.empty()) return;
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      was_empty = finished_.empty();
      std::ranges::move(done_, std::back_inserter(finished_));
    }
    done_.clear();
    if (was_empty) on_finished_();
  }

  int wait_ms() const {
    constexpr int for_ever = std::numeric_limits<int>::max();
    if (next_deadline_ == Clock::time_point::max()) return for_ever;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_deadline_ - Clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, for_ever));
  }

  const CurlOptions& options_;
  const std::function<void()> on_finished_;

  std::mutex mutex_;
  Inbox inbox_;
  std::vector<std::shared_ptr<Transfer>> finished_;

  // The thread's own from here on.
  std::optional<CurlSetup> setup_;
  Multi multi_;
  ActiveTransfers active_;
  std::vector<std::shared_ptr<Transfer>> done_;
  Clock::time_point next_deadline_ = Clock::time_point::max();

  std::thread thread_;
};

CurlThread::CurlThread(const CurlOptions& options, std::function<void()> on_finished)
    : worker_(std::make_unique<Worker>(options, std::move(on_finished))) {}
CurlThread::~CurlThread() = default;

void CurlThread::start(std::shared_ptr<Transfer> transfer) {
  worker_->start(std::move(transfer));
}
void CurlThread::cancel(std::shared_ptr<Transfer> transfer) {
  worker_->cancel(std::move(transfer));
}
std::vector<std::shared_ptr<Transfer>> CurlThread::take_finished() {
  return worker_->take_finished();
}

}  // namespace http
