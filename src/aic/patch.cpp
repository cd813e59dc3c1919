#include "aic/patch.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "aic/pointer.h"
#include "base/error.h"

namespace aic {
namespace {

using base::Json;

std::optional<std::size_t> index_in(const Json& list, const std::string& token) {
  std::size_t index = 0;
  const auto* end = token.data() + token.size();
  const auto [stop, fault] = std::from_chars(token.data(), end, index);
  if (fault != std::errc() || stop != end || index >= list.size()) return std::nullopt;
  return index;
}

// The place that holds the last token, or null. Objects on the way are made where `makes` says so.
Json* parent_of(Json& document, const Pointer& place, bool makes) {
  Json* at = &document;
  const auto& tokens = place.tokens();
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (at->is_array()) {
      const auto index = index_in(*at, tokens[i]);
      if (!index) return nullptr;
      at = &(*at)[*index];
      continue;
    }
    if (!at->is_object() || (!makes && !at->contains(tokens[i]))) return nullptr;
    at = &(*at)[tokens[i]];
    if (at->is_null() && makes) *at = Json::object();
  }
  return at->is_object() || at->is_array() ? at : nullptr;
}

bool put(Json& document, const Pointer& place, const Json& value, bool adds) {
  if (place.is_root()) return false;
  Json* parent = parent_of(document, place, true);
  if (parent == nullptr) return false;
  const auto& last = place.tokens().back();
  if (parent->is_object()) {
    Json& member = (*parent)[last];
    // A value that is added to a list becomes an entry of it.
    if (adds && member.is_array() && !value.is_array()) {
      member.push_back(value);
    } else {
      member = value;
    }
    return true;
  }
  if (last == "-") {
    parent->push_back(value);
    return true;
  }
  const auto index = index_in(*parent, last);
  if (!index) return false;
  if (adds) {
    parent->insert(parent->begin() + static_cast<std::ptrdiff_t>(*index), value);
  } else {
    (*parent)[*index] = value;
  }
  return true;
}

// A member, or of a list that it holds the entries of that value.
void take_member(Json& parent, const std::string& name, const Json* value) {
  const auto found = parent.find(name);
  if (found == parent.end()) return;
  if (value == nullptr) {
    parent.erase(name);
  } else if (found->is_array()) {
    auto& list = found->get_ref<Json::array_t&>();
    std::erase_if(list, [&](const Json& one) { return base::same_value(one, *value); });
  }
}

bool take(Json& document, const Pointer& place, const Json* value) {
  if (place.is_root()) return false;
  Json* parent = parent_of(document, place, false);
  if (parent == nullptr) return true;  // there is nothing to remove
  const auto& last = place.tokens().back();
  if (parent->is_object()) {
    take_member(*parent, last, value);
    return true;
  }
  const auto index = index_in(*parent, last);
  if (index) parent->erase(*index);
  return index.has_value();
}

bool increment(Json& document, const Pointer& place, const Json& value) {
  const Json* found = find(document, place);
  if (found == nullptr || !found->is_number_integer() || !value.is_number_integer()) return false;
  return put(document, place, found->get<std::int64_t>() + value.get<std::int64_t>(), false);
}

bool apply(Json& document, const Json& operation) {
  const auto kind = base::text_member(operation, "operation");
  const auto place = Pointer::parse(base::text_member(operation, "field"));
  const Json& value = base::member(operation, "value");
  if (kind == "add" || kind == "replace") return put(document, place, value, kind == "add");
  if (kind == "remove") return take(document, place, operation.contains("value") ? &value : nullptr);
  if (kind == "increment") return increment(document, place, value);
  if (kind != "copy" && kind != "move") return false;
  const auto from = Pointer::parse(base::text_member(operation, "from"));
  const Json* found = find(document, from);
  if (found == nullptr) return false;
  const Json carried = *found;
  if (kind == "move" && !take(document, from, nullptr)) return false;
  return put(document, place, carried, true);
}

}  // namespace

std::optional<Json> patched(Json document, const Json& operations) {
  if (!operations.is_array() || !document.is_object()) return std::nullopt;
  try {
    for (const auto& operation : operations) {
      if (!apply(document, operation)) return std::nullopt;
    }
  } catch (const base::Error&) {
    return std::nullopt;  // a path that is none: the tenant refuses it
  }
  return document;
}

}  // namespace aic
