// What was asked of the tenant, for tests and for people who watch: never a token, a code or a password.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sandbox/tenant.h"

namespace sandbox {

struct RequestRecord {
  std::uint64_t number = 0;
  std::int64_t at_ms = 0;
  std::string method, path, query;
  int status = 0;                   // 0 = no answer was sent
  std::string transaction_id;       // of the answer
  std::vector<std::string> scopes;  // of the bearer, or those that an OAuth request asked for
  std::string grant_type, client_id;
  http::Headers headers;  // those of the request that matter and hold no secret
  std::string fault;
  std::uint64_t connection = 0;
  int http_version = 11;
  std::size_t bytes = 0;  // of the answer's body
  std::int64_t took_ms = 0;
};

// A record of the request alone.
RequestRecord describe_request(const ApiRequest& request);

class Journal {
 public:
  void add(RequestRecord record);
  void clear();
  const std::deque<RequestRecord>& recent() const { return recent_; }
  // {"total","counts":{"GET /path":n},"requests":[…]}: those whose path begins so, the last `limit` of them.
  base::Json to_json(std::string_view path_prefix, std::size_t limit) const;

 private:
  std::deque<RequestRecord> recent_;
  std::map<std::string, std::uint64_t> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace sandbox
