// CREST patch operations over a JSON document: operation, field, value, from.

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sandbox/crest/crest.h"

namespace sandbox::crest {

namespace {

bool is_index(const std::string& segment) {
  return !segment.empty() && segment.size() < 9 && segment.find_first_not_of("0123456789") == std::string::npos;
}

[[noreturn]] void refuse_field(const Pointer& pointer) {
  std::string text;
  for (const auto& segment : pointer) text += "/" + segment;
  refuse(400, fmt::format("The field '{}' cannot be patched", text));
}

// The container that holds the last segment; objects on the way are made, positions in arrays must exist.
Json& parent_of(Json& document, const Pointer& pointer) {
  Json* place = &document;
  for (std::size_t i = 0; i + 1 < pointer.size(); ++i) {
    const std::string& segment = pointer[i];
    if (place->is_array()) {
      if (!is_index(segment) || std::stoul(segment) >= place->size()) refuse_field(pointer);
      place = &(*place)[std::stoul(segment)];
    } else if (place->is_object() || place->is_null()) {
      place = &(*place)[segment];
    } else {
      refuse_field(pointer);
    }
  }
  if (place->is_null()) *place = Json::object();
  if (!place->is_structured()) refuse_field(pointer);
  return *place;
}

// An array given for an array that is there adds what is not in it yet.
void merge(Json& array, const Json& values) {
  for (const Json& value : values) {
    const bool is_there = std::ranges::any_of(array, [&](const Json& item) { return base::same_value(item, value); });
    if (!is_there) array.push_back(value);
  }
}

void add(Json& document, const Pointer& pointer, const Json& value) {
  const std::string& last = pointer.back();
  Json& parent = parent_of(document, pointer);
  if (parent.is_array()) {
    if (last == "-") return parent.push_back(value);
    if (!is_index(last) || std::stoul(last) > parent.size()) refuse_field(pointer);
    parent.insert(parent.begin() + static_cast<std::ptrdiff_t>(std::stoul(last)), value);
    return;
  }
  if (last == "-" && parent.empty()) {
    parent = Json::array({value});
    return;
  }
  Json& target = parent[last];
  if (target.is_array() && value.is_array()) return merge(target, value);
  target = value;
}

void replace(Json& document, const Pointer& pointer, const Json& value) {
  const std::string& last = pointer.back();
  Json& parent = parent_of(document, pointer);
  if (!parent.is_array()) {
    parent[last] = value;
  } else if (is_index(last) && std::stoul(last) < parent.size()) {
    parent[std::stoul(last)] = value;
  } else {
    refuse_field(pointer);
  }
}

// With a value, only that element of an array goes; what is not there stays away without a word.
void remove(Json& document, const Pointer& pointer, const Json* value) {
  if (at(document, pointer).is_null() && !value) {
    Json& parent = parent_of(document, pointer);
    if (parent.is_object()) parent.erase(pointer.back());
    return;
  }
  Json& parent = parent_of(document, pointer);
  Json* target = parent.is_object() && parent.contains(pointer.back()) ? &parent[pointer.back()] : nullptr;
  if (value && target && target->is_array()) {
    Json rest = Json::array();
    for (const Json& item : *target) {
      if (!base::same_value(item, *value)) rest.push_back(item);
    }
    *target = std::move(rest);
    return;
  }
  if (parent.is_array()) {
    if (!is_index(pointer.back()) || std::stoul(pointer.back()) >= parent.size()) refuse_field(pointer);
    parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(std::stoul(pointer.back())));
  } else {
    parent.erase(pointer.back());
  }
}

void increment(Json& document, const Pointer& pointer, const Json& by) {
  const Json& old = at(document, pointer);
  if (!base::is_number(by) || !base::is_number(old)) refuse(400, "Only a number can be incremented, by a number");
  const bool whole = by.is_number_integer() && old.is_number_integer();
  replace(document, pointer,
          whole ? Json(old.get<std::int64_t>() + by.get<std::int64_t>())
                : Json(base::to_double(old) + base::to_double(by)));
}

void copy_or_move(Json& document, const Pointer& pointer, const Json& operation, bool move) {
  if (!base::member(operation, "from").is_string()) refuse(400, "The patch operation needs 'from'");
  const Pointer from = parse_pointer(operation["from"].get<std::string>());
  if (from.empty()) refuse_field(from);
  const Json value = at(document, from);
  if (value.is_null()) refuse_field(from);
  if (move) remove(document, from, nullptr);
  add(document, pointer, value);
}

void apply(Json& document, const Json& operation) {
  if (!operation.is_object() || !base::member(operation, "operation").is_string() ||
      !base::member(operation, "field").is_string()) {
    refuse(400, "A patch operation needs 'operation' and 'field'");
  }
  const std::string name = operation["operation"].get<std::string>();
  Pointer pointer = parse_pointer(operation["field"].get<std::string>());
  if (pointer.empty()) refuse_field(pointer);
  const Json& value = base::member(operation, "value");
  if (name == "add") return add(document, pointer, value);
  if (name == "replace") return replace(document, pointer, value);
  if (name == "remove") return remove(document, pointer, operation.contains("value") ? &value : nullptr);
  if (name == "increment") return increment(document, pointer, value);
  if (name == "copy" || name == "move") return copy_or_move(document, pointer, operation, name == "move");
  // A transformation is a script, and the sandbox runs none.
  if (name == "transform") refuse(501, "Not Implemented");
  refuse(400, fmt::format("The patch operation '{}' is not known", name));
}

}  // namespace

Json patch(Json document, const Json& operations) {
  if (!operations.is_array()) refuse(400, "The request could not be processed: a patch is a JSON array of operations");
  for (const Json& operation : operations) apply(document, operation);
  return document;
}

}  // namespace sandbox::crest
