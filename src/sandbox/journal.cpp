#include "sandbox/journal.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/encoding.h"
#include "sandbox/oauth/oauth.h"

namespace sandbox {
namespace {

constexpr std::size_t kept = 10'000;
constexpr std::size_t different_paths = 5'000;
constexpr std::array shown_headers = {
    std::string_view("accept"),          std::string_view("accept-api-version"),
    std::string_view("accept-encoding"), std::string_view("content-type"),
    std::string_view("if-match"),        std::string_view("if-none-match"),
    std::string_view("user-agent"),      std::string_view("x-forgerock-transactionid")};

base::Json to_json(const RequestRecord& record) {
  base::Json headers = base::Json::object();
  for (const auto& [name, value] : record.headers) headers[name] = value;
  base::Json json = {{"number", record.number},
                     {"at", record.at_ms},
                     {"method", record.method},
                     {"path", record.path},
                     {"query", record.query},
                     {"status", record.status},
                     {"transactionId", record.transaction_id},
                     {"scopes", record.scopes},
                     {"headers", headers},
                     {"connection", record.connection},
                     {"httpVersion", record.http_version},
                     {"bytes", record.bytes},
                     {"tookMs", record.took_ms}};
  if (!record.grant_type.empty()) json["grantType"] = record.grant_type;
  if (!record.client_id.empty()) json["clientId"] = record.client_id;
  if (!record.fault.empty()) json["fault"] = record.fault;
  return json;
}

}  // namespace

RequestRecord describe_request(const ApiRequest& request) {
  RequestRecord record{.at_ms = request.now_ms,
                       .method = request.method,
                       .path = request.path,
                       .transaction_id = request.transaction_id,
                       .scopes = request.scopes};
  record.query = base::print_form(request.query);
  for (const auto name : shown_headers) {
    if (const auto value = request.header(name); !value.empty()) record.headers.emplace_back(name, value);
  }
  if (!request.path.starts_with("/am/oauth2/") || request.method != "POST") return record;
  const auto form = base::parse_form(request.body);
  record.grant_type = field(form, "grant_type");
  record.client_id = field(form, "client_id");
  record.scopes = split_scopes(field(form, "scope"));
  return record;
}

void Journal::add(RequestRecord record) {
  record.number = ++total_;
  const std::string key = record.method + " " + record.path;
  if (counts_.size() < different_paths || counts_.contains(key)) ++counts_[key];
  recent_.push_back(std::move(record));
  if (recent_.size() > kept) recent_.pop_front();
}

void Journal::clear() {
  recent_.clear();
  counts_.clear();
  total_ = 0;
}

base::Json Journal::to_json(std::string_view path_prefix, std::size_t limit) const {
  base::Json counts = base::Json::object();
  for (const auto& [key, count] : counts_) {
    if (std::string_view(key).substr(key.find(' ') + 1).starts_with(path_prefix)) counts[key] = count;
  }
  std::vector<base::Json> requests;
  for (auto record = recent_.rbegin(); record != recent_.rend() && requests.size() < limit; ++record) {
    if (record->path.starts_with(path_prefix)) requests.push_back(sandbox::to_json(*record));
  }
  std::ranges::reverse(requests);
  return {{"total", total_}, {"counts", counts}, {"requests", requests}};
}

}  // namespace sandbox
