#include "mcp/work.h"

namespace mcp {
namespace {

net::Task<Outcome> run_resource_work(Resources& resources, ResourceRead request) {
  ResourceResult result = co_await resources.read(std::move(request));
  co_return Outcome{.members = R"("contents":)" + base::print_json(result.contents),
                    .caching = caching_members(result.ttl_ms, result.is_public),
                    .meta = std::move(result.meta)};
}

}  // namespace

Work resource_work(const Json& params, Resources& resources) {
  Work work{.about = required_text(params, "uri", "resources/read"), .meta = checked_meta(params), .run = {}};
  work.run = [&resources, request = ResourceRead{0, work.about, work.meta, {}}](Handling handling) mutable {
    request.number = handling.number;
    request.client = std::move(handling.client);
    return run_resource_work(resources, std::move(request));
  };
  return work;
}

}  // namespace mcp
