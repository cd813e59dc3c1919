// What the two halves of the scripts family share: reading (scripts.cpp) and writing (writes.cpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "tools/kit/tool.h"

namespace tools::scripts {

inline constexpr std::string_view decision_node = "AUTHENTICATION_TREE_DECISION_NODE";
inline constexpr std::string_view engine = "2.0";

const auto script_id = segment("scriptId", "_id of the script. listScripts shows it.");
const auto context =
    text("context",
         "What the script is for, e.g. AUTHENTICATION_TREE_DECISION_NODE, LIBRARY, OIDC_CLAIMS. listScripts names "
         "those that the realm uses.")
        .in_form(syntax::script_context)
        .by_default(std::string(decision_node));

// Scripts that the cloud keeps to itself are refused as if the platform could not read scripts at all (R-SCR-06).
base::Error explained(base::Error error);

// The source as text, when it is the base64 of one; otherwise it stays as it came (R-SCR-02).
std::optional<std::string> source_of(const Json& script);

}  // namespace tools::scripts
