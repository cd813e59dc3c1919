// The headers that a tenant's answers carry, by the part of the platform that answers.
#pragma once

#include <string>
#include <vector>

#include "sandbox/tenant.h"

namespace sandbox {

enum class Area { am, idm, esv, monitoring, oauth, page, edge };

Area area_of(const std::vector<std::string>& segments);

// The transaction id of an answer: AM and IDM echo the caller's, the others make their own.
std::string transaction_id_for(Area area, const http::Headers& request, const std::string& fresh_uuid,
                               std::int64_t now_ms);

// Adds what the reply has not set itself.
void add_area_headers(Area area, const std::string& transaction_id, ApiReply& reply);

// "No such endpoint" in the words of that part.
ApiReply unknown_endpoint(Area area);
// 401 and 403 for a bearer that is missing, not good, or too narrow.
ApiReply not_authenticated(Area area);
ApiReply not_permitted(Area area);
// What the filter at the platform's edge answers to bodies it dislikes: HTML, one line, none of the usual headers.
ApiReply blocked_by_edge();

}  // namespace sandbox
