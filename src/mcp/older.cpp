#include "mcp/older.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace mcp {
namespace {

constexpr std::string_view first_with_sound = "2025-03-26";
constexpr std::string_view first_with_structure = "2025-06-18";
constexpr std::string_view first_with_icons = "2025-11-25";

Json text_item(std::string text, const Json& from) {
  Json item = {{"type", "text"}, {"text", std::move(text)}};
  if (const Json& annotations = base::member(from, "annotations"); !annotations.is_null()) {
    item["annotations"] = annotations;
  }
  return item;
}

Json sound_in_words(const Json& sound) {
  return text_item(fmt::format("[a sound of type {}, left out: MCP has sounds since revision {}]",
                               base::text_member(sound, "mimeType"), first_with_sound),
                   sound);
}

Json link_in_words(const Json& link) {
  std::string words = base::text_member(link, "uri");
  if (const auto name = base::text_member(link, "name"); !name.empty()) words = fmt::format("{}: {}", name, words);
  if (const auto about = base::text_member(link, "description"); !about.empty()) words += " (" + about + ")";
  return text_item(std::move(words), link);
}

Json item_in(std::string_view revision, Json item) {
  const auto type = base::text_member(item, "type");
  if (type == "audio" && revision < first_with_sound) return sound_in_words(item);
  if (type == "resource_link" && revision < first_with_structure) return link_in_words(item);
  return item;
}

}  // namespace

Json content_in(std::string_view revision, Json content) {
  if (revision >= first_with_structure) return content;
  for (Json& item : content) item = item_in(revision, std::move(item));
  return content;
}

Json messages_in(std::string_view revision, Json messages) {
  if (revision >= first_with_structure) return messages;
  for (Json& message : messages) message["content"] = item_in(revision, std::move(message["content"]));
  return messages;
}

bool knows_structure(std::string_view revision) {
  return revision >= first_with_structure;
}

bool knows_all_of_lists(std::string_view revision) {
  return revision >= first_with_icons;
}

// The hints of a tool had a title before tools had one; clients that know neither ignore them.
Json entry_in(std::string_view revision, Json entry) {
  if (revision < first_with_icons) entry.erase("icons");
  if (revision >= first_with_structure) return entry;
  entry.erase("outputSchema");
  const Json title = base::member(entry, "title");
  entry.erase("title");
  if (title.is_string() && entry.contains("inputSchema")) entry["annotations"]["title"] = title;
  return entry;
}

}  // namespace mcp
