// drawJourney: a journey as a picture, because people look rather than read.
#include <map>
#include <utility>

#include <fmt/format.h>

#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/fan_out.h"
#include "tools/journey_graph.h"
#include "tools/journey_picture.h"
#include "tools/journey_svg.h"
#include "tools/journey_tools.h"

namespace tools::journeys {
namespace {

const auto picture_format = text("format", "").one_of({"mermaid", "svg"}).by_default("mermaid");

struct DrawnPages {
  std::map<std::string, Json> settings;
  std::vector<std::string> notes;  // what is missing in the picture
};

// The pages' settings name the nodes inside.
net::Task<DrawnPages> read_drawn_pages(Call& call, Json tree) {
  const auto in = call[realm];
  std::vector<std::string> ids;
  std::vector<Ask> asks;
  const Json& nodes = base::member(tree, "nodes");
  if (!nodes.is_object()) co_return DrawnPages{};
  for (const auto& [id, node] : nodes.items()) {
    if (base::text_member(node, "nodeType") != page_type) continue;
    ids.push_back(id);
    asks.emplace_back([&call, in, id] { return call.tenant().get(aic::node(in, page_type, id), am_request()); });
  }
  auto answers = co_await ask_all(call, "pages", std::move(asks));
  DrawnPages pages;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (const auto& error = answers[i].error)
      pages.notes.push_back(fmt::format("The nodes inside page {} could not be read: {}", ids[i], error->message));
    else
      pages.settings.emplace(ids[i], std::move(answers[i].body));
  }
  co_return pages;
}

Json image_of(const Picture& picture, const std::string& in, const std::string& name) {
  return {{"type", "resource"},
          {"resource",
           {{"uri", fmt::format("journey:///{}/{}.svg", in, base::percent_encode(name))},
            {"mimeType", "image/svg+xml"},
            {"text", svg(picture)}}}};
}

net::Task<Result> draw_journey(Call& call) {
  const auto in = call[realm];
  const auto name = call[journey_name];
  auto tree = co_await call.tenant().get(aic::tree(in, name), am_request());
  auto pages = co_await read_drawn_pages(call, tree.body);
  auto picture = picture_of(tree.body, pages.settings);
  if (picture.title.empty()) picture.title = name;
  auto result = done({{"journeyName", name}, {"mermaid", mermaid(picture)}}, std::move(pages.notes));
  if (call[picture_format] == "svg") result.attachments.push_back(image_of(picture, in, name));
  co_return result;
}

}  // namespace

Tool draw_tool() {
  return {
      .name = "drawJourney",
      .title = "Draw journey",
      .description = "Draws a journey for people to look at.",
      .scopes = {scope::am},
      .hints = reads,
      .params = {realm, journey_name, picture_format},
      .run = draw_journey,
  };
}

}  // namespace tools::journeys
