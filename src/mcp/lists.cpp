#include "mcp/lists.h"

#include "base/encoding.h"
#include "mcp/older.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace mcp {
namespace {

struct List {
  const Json* entries = nullptr;
  std::string_view member;
};

List list_of(std::string_view method, Host& host) {
  if (method == "tools/list") return {&host.tools(), "tools"};
  if (const Resources* resources = host.resources()) {
    if (method == "resources/templates/list") return {&resources->templates(), "resourceTemplates"};
  }
  if (const Prompts* prompts = host.prompts(); prompts != nullptr && method == "prompts/list") {
    return {&prompts->prompts(), "prompts"};
  }
  return {};
}

// A cursor names its list and the place where the page begins: a client may come back with it after the list has
// changed.
std::string cursor_to(std::string_view member, std::size_t place) {
  return base::base64url(fmt::format("{}:{}", member, place));
}

std::size_t place_of(const Json& cursor, const List& list) {
  if (base::is_blank(cursor)) return 0;  // some clients always send one
  const auto text = cursor.is_string() ? base::base64url_decode(cursor.get<std::string>()) : std::nullopt;
  const std::size_t prefix = list.member.size() + 1;
  std::size_t place = 0;
  if (text && text->size() > prefix) std::from_chars(text->data() + prefix, text->data() + text->size(), place);
  if (place == 0 || !base::is_text(cursor, cursor_to(list.member, place))) {
    throw ProtocolError(rpc::invalid_params, "the cursor does not come from this list");
  }
  return place;
}

std::string print_page(const List& list, const Json& cursor, std::string_view revision, std::size_t page_size) {
  const std::size_t total = list.entries->size();
  const std::size_t size = page_size == 0 ? total : page_size;
  const std::size_t from = std::min(place_of(cursor, list), total);
  const std::size_t to = std::min(from + size, total);
  const bool is_whole = from == 0 && to == total;
  if (is_whole && knows_all_of_lists(revision))
    return fmt::format(R"("{}":{})", list.member, base::print_json(*list.entries));

  Json page = Json::array();
  for (std::size_t i = from; i < to; ++i) page.push_back(entry_in(revision, (*list.entries)[i]));
  std::string members = fmt::format(R"("{}":{})", list.member, base::print_json(page));
  if (to < total) members += fmt::format(R"(,"nextCursor":"{}")", cursor_to(list.member, to));
  return members;
}

}  // namespace

std::optional<std::string> list_page(const Request& request, std::string_view revision, Host& host) {
  const List list = list_of(request.method, host);
  if (list.entries == nullptr) return std::nullopt;
  return print_page(list, base::member(request.params, "cursor"), revision, host.page_size());
}

bool lists_resources(const Request& request, Host& host) {
  return request.method == "resources/list" && host.resources() != nullptr;
}

net::Task<std::string> resources_page(Json cursor, std::string_view revision, Host& host) {
  const Json entries = co_await host.resources()->list();
  co_return print_page({&entries, "resources"}, cursor, revision, host.page_size());
}

}  // namespace mcp
