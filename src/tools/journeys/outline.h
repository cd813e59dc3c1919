// A journey for reading, short (R-ECO-03, -04): its settings, and its nodes from the entry on, with the settings that
// say something. It cannot be written back; the editable form can.
#pragma once

#include "base/json.h"
#include "tools/journeys/read.h"

namespace tools::journeys {

// {name, revision, …settings, entryNode, entryNodeId, nodes: [{id, displayName, nodeType, version, connections,
// unconnectedOutcomes, config, nodes, error}]}; members without content are left out.
Json outline(const Journey& journey);

// What could not be read and does not stand with a node of the outline; null for nothing.
Json errors_beside_nodes(const Journey& journey);

// The settings without members that say nothing: those that equal the type's template, and those that are null or empty
// where the template has nothing either. A template that is not at hand is null.
Json telling_config(const Json& config, const Json& type_template);

}  // namespace tools::journeys
