// The thread that libcurl works on. Knows nothing of the loop: transfers go in, come back finished, and a callback says
// that some did. Which and how many are under way at a time is curl_client.cpp's business.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "http/client/curl_client.h"
#include "http/client/curl_transfer.h"

namespace http {

class CurlThread {
 public:
  // `on_finished` is called on the thread when finished transfers wait to be taken and none waited before.
  CurlThread(const CurlOptions& options, std::function<void()> on_finished);
  // Aborts what is under way and waits for the thread.
  ~CurlThread();
  CurlThread(const CurlThread&) = delete;
  CurlThread& operator=(const CurlThread&) = delete;

  void start(std::shared_ptr<Transfer> transfer);
  // Ends it soon: at once, but a write that was sent gets the grace time of the options to be answered.
  void cancel(std::shared_ptr<Transfer> transfer);
  // Every transfer that was started comes back here once.
  std::vector<std::shared_ptr<Transfer>> take_finished();

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace http
