// An HTTP client that asks the sandbox tenant in place, without a network.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "http/http.h"
#include "sandbox/api.h"

namespace test {

class SandboxHttp final : public http::HttpClient {
 public:
  explicit SandboxHttp(const sandbox::Tenant& like = sandbox::fresh_tenant()) : api(like) {}

  net::Task<http::Response> send(http::Request request) override {
    const auto target = request.url.substr(request.url.find('/', std::string_view("https://").size()));
    requests.push_back(request.method + " " + target);
    auto answer = api.send(request.method, target, request.body, request.headers);
    if (answer.status == 0) answer.status = 404;
    if (!answer.raw.empty()) answer.headers.emplace_back("content-type", "application/json;charset=utf-8");
    co_return http::Response{.status = answer.status, .headers = answer.headers, .body = answer.raw};
  }

  sandbox::Api api;
  std::vector<std::string> requests;
};

}  // namespace test
