// How tools ask the tenant: with the scope and the version headers of the service.
#pragma once

#include <utility>

#include "aic/paths.h"
#include "tools/kit/tool.h"

namespace tools {

inline aic::RequestOptions idm_request() {
  return {.scopes = {scope::idm}};
}

inline aic::RequestOptions am_request(http::Headers headers = aic::am_headers()) {
  return {.scopes = {scope::am}, .headers = std::move(headers)};
}

// By POST, although it only tells: schema, template, getAllTypes, nextdescendents.
inline aic::RequestOptions am_question(http::Headers headers = aic::am_headers()) {
  return {.scopes = {scope::am}, .headers = std::move(headers), .read_only_post = true};
}

}  // namespace tools
