// The input fields of tools. One declaration is published as JSON Schema, enforced before the tool runs, and read by
// the tool with its type: the three cannot drift apart. Checking is in check.h.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tools/kit/syntax.h"

namespace tools {

using base::Json;

struct Param;

// What a value may be. Plain data; built by the functions at the end of this header.
struct Shape {
  enum class Kind { any, any_object, text, boolean, integer, number, list, record, map };
  static constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

  Kind kind = Kind::any;
  std::string description;
  // Limits of an integer; or of the number of characters, entries or members.
  std::int64_t least = lowest;
  std::int64_t most = highest;
  std::vector<std::string> choices;       // text: one of these
  const Syntax* syntax = nullptr;         // text, or the keys of a map
  bool restores_secrets = false;          // any_object: see Field
  void (*decode)(Json& value) = nullptr;  // any_object, record: see Field
  std::vector<Shape> element;             // list, map: exactly one
  std::vector<Param> members;             // record
};

// One named input of a tool or of a record.
struct Param {
  std::string name;
  Shape shape;
  bool required = true;
  Json otherwise;  // the default; null for none
};

template <typename T>
class Field;

// An object that has passed the check, read through the fields that declare it. Points into the call's arguments.
class Record {
 public:
  explicit Record(const Json& object) : object_(&object) {}

  // The member's value in its own type; an optional one comes as std::optional.
  template <typename T>
  T operator[](const Field<T>& field) const {
    return field.read(*object_);
  }
  const Json& json() const { return *object_; }

 private:
  const Json* object_;
};

using Arguments = Record;

namespace detail {
template <typename T>
struct Reader;
template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace detail

// A declared input of type T. The constraints return a changed copy, so that declarations read as one expression.
template <typename T>
class Field {
 public:
  explicit Field(Param param) : param_(std::move(param)) {}

  // Text: one of these.
  Field one_of(std::vector<std::string> choices) const {
    return with([&](Param& param) { param.shape.choices = std::move(choices); });
  }
  // Text, or the keys of a map: of this form.
  Field in_form(const Syntax& syntax) const {
    return with([&](Param& param) { param.shape.syntax = &syntax; });
  }
  // Characters of a text, entries of a list, members of a map, value of an integer.
  Field at_least(std::int64_t least) const {
    return with([&](Param& param) { param.shape.least = least; });
  }
  Field at_most(std::int64_t most) const {
    return with([&](Param& param) { param.shape.most = most; });
  }
  Field between(std::int64_t least, std::int64_t most) const { return at_least(least).at_most(most); }

  // An object in which texts may stand for secrets that a result hid: the tool puts the stored ones in their place.
  Field restoring_secrets() const {
    return with([](Param& param) { param.shape.restores_secrets = true; });
  }

  // An object in which a text may hold the JSON of the value that is meant, where only the tool knows of which kind
  // that is: `decode` puts the value in its place (R-ARG-16).
  Field decoded_by(void (*decode)(Json& value)) const {
    return with([&](Param& param) { param.shape.decode = decode; });
  }

  // May be left out; then it reads as nothing.
  Field<std::optional<T>> optional() const {
    Param param = param_;
    param.required = false;
    return Field<std::optional<T>>(std::move(param));
  }
  // May be left out; then it reads as `value`, and the schema says so.
  Field by_default(Json value) const {
    return with([&](Param& param) {
      param.required = false;
      param.otherwise = std::move(value);
    });
  }
  // The same input with another description.
  Field described(std::string_view description) const {
    return with([&](Param& param) { param.shape.description = description; });
  }

  // Of an object that has passed the check.
  T read(const Json& object) const;

  const Param& param() const { return param_; }
  const std::string& name() const { return param_.name; }
  operator Param() const { return param_; }

 private:
  template <typename Change>
  Field with(Change change) const {
    Field copy = *this;
    change(copy.param_);
    return copy;
  }

  Param param_;
};

// The element of a list or map has neither name nor, where the list says enough, a description.
Field<std::string> text(std::string_view name = {}, std::string_view description = {});
Field<std::int64_t> integer(std::string_view name, std::string_view description);
Field<bool> boolean(std::string_view name, std::string_view description);
Field<Json> number(std::string_view name, std::string_view description);      // as exact as it was given
Field<Json> any_object(std::string_view name, std::string_view description);  // passes through whole
Field<Json> any_value(std::string_view name, std::string_view description);
// An object with these members and no others.
Field<Record> record(std::vector<Param> members);
Field<Record> record(std::string_view name, std::string_view description, std::vector<Param> members);

// What becomes a path segment (R-ARG-03), a revision for If-Match (R-ARG-08), a place in an object (R-ARG-09).
Field<std::string> segment(std::string_view name = {}, std::string_view description = {});
Field<std::string> revision(std::string_view name, std::string_view description);
Field<std::string> json_pointer(std::string_view name, std::string_view description);

template <typename T>
Field<std::vector<T>> list_of(std::string_view name, std::string_view description, const Field<T>& element) {
  Shape shape{.kind = Shape::Kind::list, .description = std::string(description), .least = 0};
  shape.element = {element.param().shape};
  return Field<std::vector<T>>({.name = std::string(name), .shape = std::move(shape)});
}

// Keys that the caller chooses; their order is kept.
template <typename T>
using Map = std::vector<std::pair<std::string, T>>;

template <typename T>
Field<Map<T>> map_of(std::string_view name, std::string_view description, const Field<T>& element) {
  Shape shape{.kind = Shape::Kind::map, .description = std::string(description), .least = 0};
  shape.element = {element.param().shape};
  return Field<Map<T>>({.name = std::string(name), .shape = std::move(shape)});
}

// The JSON Schema of an object with these members: every enforced rule, inline (R-ARG-12).
Json schema_of(const std::vector<Param>& params);
Json schema_of(const Shape& shape);

// A JSON number as a whole one: 5, 5.0 and 50e-1 are. `value` is nothing beyond 64 bits.
struct Whole {
  bool is_whole = false;
  std::optional<std::int64_t> value;
};
Whole whole_number(const Json& value);

namespace detail {

std::string read_text(const Shape& shape, const Json& value);
std::int64_t read_integer(const Json& value);

template <>
struct Reader<std::string> {
  static std::string read(const Shape& shape, const Json& value) { return read_text(shape, value); }
};
template <>
struct Reader<std::int64_t> {
  static std::int64_t read(const Shape&, const Json& value) { return read_integer(value); }
};
template <>
struct Reader<bool> {
  static bool read(const Shape&, const Json& value) { return value.get<bool>(); }
};
template <>
struct Reader<Json> {
  static Json read(const Shape&, const Json& value) { return value; }
};
template <>
struct Reader<Record> {
  static Record read(const Shape&, const Json& value) { return Record(value); }
};
template <typename T>
struct Reader<std::vector<T>> {
  static std::vector<T> read(const Shape& shape, const Json& value) {
    std::vector<T> entries;
    entries.reserve(value.size());
    for (const Json& entry : value) entries.push_back(Reader<T>::read(shape.element.front(), entry));
    return entries;
  }
};
template <typename T>
struct Reader<Map<T>> {
  static Map<T> read(const Shape& shape, const Json& value) {
    Map<T> entries;
    for (const auto& [key, entry] : value.items()) {
      entries.emplace_back(key, Reader<T>::read(shape.element.front(), entry));
    }
    return entries;
  }
};

}  // namespace detail

template <typename T>
T Field<T>::read(const Json& object) const {
  const auto found = object.find(param_.name);
  const bool given = found != object.end();
  if constexpr (detail::is_optional<T>) {
    using Value = typename T::value_type;
    return given ? T(detail::Reader<Value>::read(param_.shape, *found)) : T();
  } else {
    return detail::Reader<T>::read(param_.shape, given ? *found : param_.otherwise);
  }
}

}  // namespace tools
