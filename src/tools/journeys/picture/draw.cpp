// drawJourney: a journey as a picture, because people look rather than read.
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "tools/journeys/picture/picture.h"
#include "tools/journeys/picture/svg.h"
#include "tools/journeys/read.h"
#include "tools/journeys/tools.h"

namespace tools::journeys {
namespace {

const auto picture_format = text("format", "mermaid is text that many clients draw. svg adds an image.")
                                .one_of({"mermaid", "svg"})
                                .by_default("mermaid");

Attachment image_of(const Picture& picture, const std::string& in, const std::string& name) {
  return {.uri = fmt::format("journey:///{}/{}.svg", in, base::percent_encode(name)),
          .media_type = "image/svg+xml",
          .text = svg(picture)};
}

net::Task<Result> draw_journey(Call& call) {
  const auto in = call[realm];
  const auto name = call[journey_name];
  auto tree = co_await call.tenant().get(aic::tree(in, name), am_request());
  aic::need_content(aic::tree(in, name).path(), tree.body);
  const auto pages = co_await read_pages(call, in, tree.body);
  auto picture = picture_of(tree.body, pages.settings);
  if (picture.title.empty()) picture.title = name;
  auto result = done({{"journeyName", name}, {"mermaid", mermaid(picture)}});
  for (const auto& page : pages.unread) result.notes.push_back("The nodes inside page " + page + " could not be read.");
  if (call[picture_format] == "svg") result.attachments.push_back(image_of(picture, in, name));
  co_return result;
}

const std::vector<Tool> pictures_tools{
    {
        .name = "drawJourney",
        .title = "Draw journey",
        .description = "Draws the graph of a journey for people to look at.",
        .scopes = {scope::am},
        .hints = reads,
        .params = {realm, journey_name, picture_format},
        .run = draw_journey,
    },
};

}  // namespace

std::span<const Tool> pictures() {
  return pictures_tools;
}

}  // namespace tools::journeys
