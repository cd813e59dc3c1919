#include "tools/themes/fields.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "tools/data.h"
#include "tools/kit/kinds.h"

namespace tools::themes {
namespace {

const Json& facts() {
  static const Json all = base::parse_json(data::theme_fields_json);
  return all;
}

// The schema of one setting. Lengths come as numbers and as texts, translated texts as objects.
Json schema_of(const Json& field) {
  const auto type = base::text_member(field, "type");
  if (base::is_text(base::member(field, "format"), "px")) return {{"type", {"number", "string"}}};
  if (field.contains("localizable")) return {{"type", {"string", "object"}}};
  if (type == "array") return {{"type", type}, {"items", {{"type", "string"}}}};
  if (type == "object") return {{"type", type}, {"additionalProperties", {{"$ref", "#/$defs/section"}}}};
  return {{"type", type}};
}

const Kinds& kinds() {
  static const Json schema = [] {
    Json properties = Json::object();
    for (const Json& field : facts()["fields"]) properties[base::text_member(field, "name")] = schema_of(field);
    const Json on{{"enabled", {{"type", "boolean"}}}};
    const Json parts{{"type", "object"}, {"additionalProperties", {{"type", "object"}, {"properties", on}}}};
    Json section{{"type", "object"}, {"properties", on}};
    section["properties"]["subsections"] = parts;
    return Json{{"type", "object"}, {"properties", std::move(properties)}, {"$defs", {{"section", section}}}};
  }();
  static const Kinds all(schema);
  return all;
}

const Json* field_named(std::string_view name) {
  const Json& fields = facts()["fields"];
  const auto found =
      std::ranges::find_if(fields, [&](const Json& field) { return base::is_text(field["name"], name); });
  return found == fields.end() ? nullptr : &*found;
}

std::string group_of(const Json& field) {
  return base::text_member(field, "group");
}

bool is_in(const Json& field, std::string_view group) {
  const auto own = group_of(field);
  return group.empty() || own == group || own.starts_with(std::string(group) + ".");
}

// "string, hex6, default "#324054": main brand colour"
std::string row_of(const Json& field) {
  std::string row = base::text_member(field, "type");
  if (field.contains("format")) row += ", " + base::text_member(field, "format");
  if (field.contains("min"))
    row += fmt::format(" {}-{}", base::number_text(field["min"]), base::number_text(field["max"]));
  if (field.contains("enum")) row += ", one of " + base::print_json(field["enum"]);
  if (field.contains("localizable")) row += ", localizable";
  if (field.contains("system")) row += ", set by the tools";
  if (!base::member(field, "default").is_null()) row += ", default " + base::print_json(field["default"]);
  return row + ": " + base::text_member(field, "about");
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Tenants keep lengths as numbers and as texts, the same field now so, now so.
std::string px_fault(const Json& field, const Json& value) {
  auto rule =
      fmt::format("must be from {} to {} pixels", base::number_text(field["min"]), base::number_text(field["max"]));
  const bool is_text = value.is_string() && is_digits(value.get_ref<const std::string&>());
  if (!is_text && !base::is_number(value)) return rule;
  const double pixels =
      is_text ? std::strtod(value.get_ref<const std::string&>().c_str(), nullptr) : base::to_double(value);
  return pixels >= base::to_double(field["min"]) && pixels <= base::to_double(field["max"]) ? std::string() : rule;
}

bool is_colour(const std::string& text) {
  return text.size() == 7 && text.front() == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

// A font that is loaded from elsewhere.
bool has_outside_font(std::string_view html) {
  const auto face = html.find("@font-face");
  if (face == std::string_view::npos) return false;
  for (auto at = html.find("url(", face); at != std::string_view::npos; at = html.find("url(", at + 1)) {
    auto address = html.substr(at + 4);
    while (!address.empty() && (address.front() == ' ' || address.front() == '"' || address.front() == '\''))
      address.remove_prefix(1);
    if (!address.starts_with("data:")) return true;
  }
  return false;
}

std::string html_fault(std::string_view text) {
  const auto html = base::lower_case(text);
  if (html.contains("<script")) return "must not contain script elements";
  if (html.contains("<link") || html.contains("@import")) return "must not load stylesheets";
  return has_outside_font(html) ? "must not load fonts" : "";
}

std::string text_fault(const Json& field, const std::string& text) {
  const auto format = base::text_member(field, "format");
  if (format == "hex6" && !is_colour(text)) return "must be a color such as #1a2b3c";
  if (format == "html") return html_fault(text);
  const Json& choices = base::member(field, "enum");
  if (choices.is_null() || base::lists_text(choices, text)) return {};
  return fmt::format("must be one of {}", fmt::join(choices.get<std::vector<std::string>>(), ", "));
}

std::string string_fault(const Json& field, const Json& value) {
  if (value.is_string()) return text_fault(field, value.get_ref<const std::string&>());
  if (!field.contains("localizable")) return "must be a string";
  if (!value.is_object()) return "must be a string, or an object of locales and strings";
  for (const Json& text : value) {
    if (!text.is_string()) return "must be a string, or an object of locales and strings";
    if (auto fault = text_fault(field, text.get_ref<const std::string&>()); !fault.empty()) return fault;
  }
  return {};
}

bool is_switch(const Json& part) {
  return base::member(part, "enabled").is_boolean();
}

// What is wrong with one section of the account pages.
std::string section_fault(const std::string& name, const Json& section) {
  const Json& rule = facts()["rules"]["accountPageSections"];
  const Json& known = rule["sections"];
  if (!base::lists_text(known, name))
    return fmt::format("{}: there is no such section; the sections are {}", name,
                       fmt::join(known.get<std::vector<std::string>>(), ", "));
  if (!is_switch(section)) return name + " must be {enabled: true or false}";
  const Json& parts = base::member(section, "subsections");
  if (parts.is_null()) return {};
  if (!parts.is_object()) return name + ".subsections must be an object";
  const Json& known_parts = base::member(rule["subsections"], name);
  for (const auto& [part_name, part] : parts.items()) {
    if (!base::lists_text(known_parts, part_name))
      return fmt::format("{}.{}: there is no such subsection", name, part_name);
    if (!is_switch(part)) return fmt::format("{}.{} must be {{enabled: true or false}}", name, part_name);
    const auto full = fmt::format("{}.{}", name, part_name);
    const Json& fixed = rule["alwaysEnabled"];
    if (base::lists_text(fixed, full) && base::is_false(part["enabled"])) return full + " must stay enabled";
  }
  return {};
}

std::string sections_fault(const Json& sections) {
  if (!sections.is_object()) return "must be an object of sections";
  for (const auto& [name, section] : sections.items()) {
    if (auto fault = section_fault(name, section); !fault.empty()) return fault;
  }
  return {};
}

std::string fault_of(const Json& field, const Json& value) {
  const auto type = base::text_member(field, "type");
  if (base::is_text(base::member(field, "format"), "px")) return px_fault(field, value);
  if (type == "string") return string_fault(field, value);
  if (type == "boolean") return value.is_boolean() ? "" : "must be true or false";
  if (type == "object") return sections_fault(value);
  const bool is_list =
      value.is_array() && std::ranges::all_of(value, [](const Json& entry) { return entry.is_string(); });
  return is_list ? "" : "must be an array of strings";
}

}  // namespace

bool is_group(std::string_view group) {
  return std::ranges::any_of(facts()["fields"], [&](const Json& field) { return is_in(field, group); });
}

std::vector<std::string> groups() {
  std::vector<std::string> names;
  for (const Json& field : facts()["fields"]) {
    if (std::ranges::find(names, group_of(field)) == names.end()) names.push_back(group_of(field));
  }
  return names;
}

Json field_guide(std::string_view group) {
  Json fields = Json::object();
  for (const Json& field : facts()["fields"]) {
    if (is_in(field, group)) fields[group_of(field)][base::text_member(field, "name")] = row_of(field);
  }
  return {{"schemaVersion", "1.0"},
          {"rules", facts()["rules"]},
          {"order", facts()["order"]},
          {"fields", std::move(fields)}};
}

void decode(Json& theme) {
  kinds().decode(theme);
}

Violations faults(const Json& theme, std::string_view path) {
  Violations found;
  for (const auto& [name, value] : theme.items()) {
    const Json* field = field_named(name);
    if (!field || field->contains("system") || name == "name") continue;
    if (auto fault = fault_of(*field, value); !fault.empty())
      found.push_back({fmt::format("{}.{}", path, name), std::move(fault), short_form(value)});
  }
  return found;
}

std::string name_fault(const Json& name) {
  constexpr std::string_view rule = "must be text that is not blank, without control characters";
  if (!name.is_string()) return std::string(rule);
  const auto& text = name.get_ref<const std::string&>();
  const bool is_blank = text.find_first_not_of(' ') == std::string::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // C1 controls are C2 80 to C2 9F in UTF-8.
    const bool is_c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c < 0x20 || c == 0x7F || is_c1) return std::string(rule);
  }
  return is_blank ? std::string(rule) : std::string();
}

std::vector<std::string> unknown_fields(const Json& theme) {
  std::vector<std::string> names;
  for (const auto& [name, value] : theme.items()) {
    if (!field_named(name)) names.push_back(name);
  }
  return names;
}

}  // namespace tools::themes
