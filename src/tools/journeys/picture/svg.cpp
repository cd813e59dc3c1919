#include "tools/journeys/picture/svg.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "tools/journeys/routes.h"

namespace tools::journeys {
namespace {

using Leads = PictureOutcome::Leads;

// Of one target all arrows have one colour, readable on light and dark.
constexpr std::array<std::string_view, 8> colours = {"#2f7de1", "#8b5cf6", "#d9730d", "#0f9d8f",
                                                     "#d6409f", "#6c9a1f", "#0e98b8", "#64788f"};

constexpr std::string_view style = R"(
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1c2430;font-size:12px}
.page{fill:#fff}.node{fill:#f7f9fc;stroke:#c3ccd9}.child{fill:#fff;stroke:#dbe1ea}.line{stroke:#dfe5ee}
.title{font-size:18px;font-weight:600}.name{font-size:13px;font-weight:600}.type{font-size:10.5px;fill:#67748a}
.outcome{font-size:11.5px}.end{font-size:9.5px;font-weight:600}
.good{fill:#dcf3e3}.good+text{fill:#14693a}.bad{fill:#fbe1e0}.bad+text{fill:#a3201c}.odd{fill:#fdefcd}.odd+text{fill:#8a5a00}
.start{fill:#1f9254}.start+text{fill:#fff;font-weight:600}
.arrow{fill:none;stroke-width:1.6}
@media (prefers-color-scheme:dark){text{fill:#e6eaf1}.page{fill:#14181f}.node{fill:#1e242e;stroke:#3a4454}
.child{fill:#262e3a;stroke:#38424f}.line{stroke:#343d4b}.type{fill:#97a4b8}
.good{fill:#17432a}.good+text{fill:#8fe0af}.bad{fill:#4d1f20}.bad+text{fill:#f7a9a6}.odd{fill:#4a3a12}.odd+text{fill:#f3cf7d}}
)";

// Widths of fonts differ; this errs on the wide side. In thousandths of the font size.
std::int64_t width_of(std::string_view character) {
  if (character.size() > 2) return 1000;
  if (character.size() == 2) return 700;
  constexpr std::string_view narrow = "ijl.,:;'|!()[] ft", wide = "mwMWABCDGHKNOQRSUVXY@%";
  if (narrow.contains(character[0])) return 380;
  return wide.contains(character[0]) ? 820 : 600;
}

std::size_t svg_character(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return std::min(length, text.size() - at);
}

// As much of the text as has room, escaped for XML.
std::string fitted(std::string_view text, std::int64_t room, std::int64_t font_size) {
  std::int64_t left = room * 1000 / font_size;
  std::int64_t whole = 0;
  for (std::size_t i = 0; i < text.size(); i += svg_character(text, i))
    whole += width_of(text.substr(i, svg_character(text, i)));
  if (whole <= left) return base::escape_html(text);
  left -= 1000;
  std::size_t end = 0;
  while (end < text.size()) {
    const auto length = svg_character(text, end);
    left -= width_of(text.substr(end, length));
    if (left < 0) break;
    end += length;
  }
  return base::escape_html(text.substr(0, end)) + "…";
}

class Drawing {
 public:
  explicit Drawing(const Picture& picture) : picture_(picture), routes_(picture) {}

  std::string draw() {
    const auto [width, height] = routes_.size();
    const auto title = base::escape_html(picture_.title);
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">"
        "<title>Journey {2}</title><style>{3}</style><rect class=\"page\" width=\"{0}\" height=\"{1}\"/>",
        width, height, title, style);
    add("<text class=\"title\" x=\"24\" y=\"36\">{}</text>", fitted(picture_.title, width - 48, 18));
    for (std::size_t i = 0; i < picture_.nodes.size(); ++i) arrows(i);
    for (std::size_t i = 0; i < picture_.nodes.size(); ++i) node(i);
    if (picture_.entry) start(*picture_.entry);
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  template <typename... Values>
  void add(fmt::format_string<Values...> text, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), text, std::forward<Values>(values)...);
  }

  static std::string_view colour(std::size_t target) { return colours[target % colours.size()]; }

  // Straight lines with rounded corners.
  void path(const std::vector<Point>& points, std::string_view stroke) {
    constexpr std::int64_t radius = 6;
    add("<path class=\"arrow\" stroke=\"{}\" d=\"M{} {}", stroke, points.front().x, points.front().y);
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
      const Point before = towards(points[i], points[i - 1], radius);
      const Point after = towards(points[i], points[i + 1], radius);
      add("L{} {}Q{} {} {} {}", before.x, before.y, points[i].x, points[i].y, after.x, after.y);
    }
    add("L{} {}\"/>", points.back().x, points.back().y);
  }

  // A point on the way to another one, half-way at most.
  static Point towards(Point from, Point to, std::int64_t distance) {
    const auto step = [&](std::int64_t way) {
      const auto most = std::min(distance, std::abs(way) / 2);
      return way < 0 ? -most : most;
    };
    return {from.x + step(to.x - from.x), from.y + step(to.y - from.y)};
  }

  void arrows(std::size_t index) {
    const auto& outcomes = picture_.nodes[index].outcomes;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].leads != Leads::to_node) continue;
      const auto stroke = colour(outcomes[i].to);
      path(routes_.arrow(index, i), stroke);
      head(routes_.arrival(outcomes[i].to), stroke);
    }
  }

  void head(Point at, std::string_view fill) { add("<path fill=\"{}\" d=\"M{} {}l-9 -5v10z\"/>", fill, at.x, at.y); }

  void node(std::size_t index) {
    const PictureNode& node = picture_.nodes[index];
    const Box& box = routes_.box(index);
    add("<g><title>{} ({})</title><rect class=\"node\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
        base::escape_html(node.name), base::escape_html(node.type), box.x, box.y, box.width, box.height);
    text("name", box.x + 14, box.y + 22, fitted(node.name, box.width - 28, 13));
    text("type", box.x + 14, box.y + 38, fitted(node.type, box.width - 28, 11));
    for (std::size_t i = 0; i < node.children.size(); ++i)
      child(node.children[i], box.x + 10, box.y + head_height + child_row * static_cast<std::int64_t>(i));
    for (std::size_t i = 0; i < node.outcomes.size(); ++i) outcome(index, i);
    out_ += "</g>";
  }

  void child(const PictureChild& child, std::int64_t x, std::int64_t y) {
    add("<rect class=\"child\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/>", x, y, box_width - 20,
        child_row - 4);
    text("outcome", x + 10, y + 15, fitted(child.name, box_width - 40, 12));
    text("type", x + 10, y + 29, fitted(child.type, box_width - 40, 11));
  }

  void outcome(std::size_t index, std::size_t number) {
    constexpr std::int64_t badge_width = 58;
    const PictureOutcome& outcome = picture_.nodes[index].outcomes[number];
    const Point port = routes_.port(index, number);
    const bool is_end = outcome.leads != Leads::to_node;
    const auto left = port.x - box_width;
    if (number == 0) add("<path class=\"line\" d=\"M{} {}h{}\"/>", left + 10, port.y - grid / 2 - 1, box_width - 20);
    const auto room = box_width - 28 - (is_end ? badge_width : 0);
    text("outcome", left + 14, port.y + 5, fitted(outcome.name, room, 12));
    if (is_end)
      end(outcome.leads, {port.x - badge_width - 8, port.y - 6}, badge_width);
    else
      add("<circle cx=\"{}\" cy=\"{}\" r=\"3.5\" fill=\"{}\"/>", port.x, port.y, colour(outcome.to));
  }

  void end(Leads leads, Point at, std::int64_t width) {
    const auto [kind, name] = leads == Leads::to_success   ? std::pair("good", "Success")
                              : leads == Leads::to_failure ? std::pair("bad", "Failure")
                                                           : std::pair("odd", "Missing");
    add("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"15\" rx=\"7.5\"/>", kind, at.x, at.y, width);
    add("<text class=\"end\" text-anchor=\"middle\" x=\"{}\" y=\"{}\">{}</text>", at.x + width / 2, at.y + 11, name);
  }

  void start(std::size_t entry) {
    const Point to = routes_.arrival(entry);
    path({{64, to.y}, to}, colour(entry));
    head(to, colour(entry));
    add("<rect class=\"start\" x=\"14\" y=\"{}\" width=\"50\" height=\"22\" rx=\"11\"/>", to.y - 11);
    add("<text text-anchor=\"middle\" x=\"39\" y=\"{}\">Start</text>", to.y + 4);
  }

  void text(std::string_view kind, std::int64_t x, std::int64_t y, const std::string& escaped) {
    add("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>", kind, x, y, escaped);
  }

  const Picture& picture_;
  Routes routes_;
  std::string out_;
};

}  // namespace

std::string svg(const Picture& picture) {
  return Drawing(picture).draw();
}

}  // namespace tools::journeys
