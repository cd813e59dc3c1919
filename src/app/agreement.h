// The one question that every form of ours asks: yes or no. A client may answer a form by itself, without anybody
// having seen it; only a true that stands in the form's content is a person's yes (R-CLI-04).
#pragma once

#include <string>

#include "mcp/client.h"

namespace app {

// `properties` and `required` of a form with one switch.
base::Json agreement_form(const std::string& title, const std::string& description);

enum class Agreement { agreed, refused, not_shown };
Agreement agreement_in(const mcp::ElicitationAnswer& answer);

}  // namespace app
