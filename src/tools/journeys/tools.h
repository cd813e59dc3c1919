// What the tools about journeys and nodes share: their fields, and how they ask AM.
#pragma once

#include <vector>

#include "aic/paths.h"
#include "tools/kit/fields.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

const auto journey_name = segment("journeyName", "Name of the journey.");

inline aic::RequestOptions am_request(bool read_only_post = false) {
  return {.scopes = {scope::am}, .headers = aic::am_headers(), .read_only_post = read_only_post};
}
// About nodes of a version; see aic/paths.h for an empty one.
inline aic::RequestOptions node_request(std::string_view version, bool read_only_post = false) {
  return {.scopes = {scope::am}, .headers = aic::node_headers(version), .read_only_post = read_only_post};
}
inline aic::RequestOptions realm_request() {
  return {.scopes = {scope::am}, .headers = aic::realm_authentication_headers()};
}

}  // namespace tools::journeys
