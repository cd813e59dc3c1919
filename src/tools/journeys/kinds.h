// Settings of nodes against the schemas that the realm has for their types, before anything is written (R-ARG-16): the
// tenant stores a text where a number belongs without a word, and refuses an unknown setting without saying whose.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/kit/check.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// One node that a call brings a type and settings for.
struct FittedNode {
  std::string key;  // what the caller calls it
  std::string type;
  std::string version;  // empty for the first
  std::string place;    // of the settings among the arguments
  std::string version_place;
  Json* settings = nullptr;  // decoded in place; null where the call brings none
  Json stored = nullptr;     // as the tenant has the node; null for none. What is stored may stay as it is.
};

// The nodes of one call. What `settings` point to outlives this.
class FittedSettings {
 public:
  FittedSettings(Call& call, std::string realm) : call_(call), realm_(std::move(realm)) {}

  void add(FittedNode node);

  // Asks for the schemas that `fit` will need if these nodes are added, so that it need not wait for them.
  net::Task<> read_ahead(std::vector<FittedNode> nodes);

  // Asks for the schema of each type and version once, as far as something is to be checked. Puts values in the place
  // of texts that hold their JSON, and throws Error{invalid_request} for what does not fit even so. Gives a sentence on
  // what could not be checked.
  net::Task<std::vector<std::string>> fit();

  // Adds to the tenant's refusal of these nodes which of them it can mean, where it does not say that itself.
  void name_nodes(base::Error& refusal) const;

 private:
  using NodeType = std::pair<std::string, std::string>;  // name and version
  // A setting that is null although its schema does not allow for that.
  struct NullSetting {
    NodeType type;
    std::string name;
    Violation fault;
  };

  static std::set<NodeType> types_of(const std::vector<FittedNode>& nodes);
  // Of those that were not asked for yet.
  net::Task<> read_schemas(std::set<NodeType> wanted);
  std::vector<std::string> types_in_doubt() const;
  net::Task<> find_versions();
  net::Task<std::vector<std::string>> with_version(std::vector<std::string> types, std::string version);
  net::Task<> judge_nulls();
  void look_at(const FittedNode& node);
  void look_at_setting(const FittedNode& node, const std::string& name, Json& value, const Json& schema);
  void refuse_unknown(const FittedNode& node, const std::string& name, const Json& schema);
  std::vector<std::string> notes() const;
  std::vector<std::string> keys_meant_by(const base::Error& refusal) const;

  Call& call_;
  std::string realm_;
  std::vector<FittedNode> nodes_;
  std::map<NodeType, Json> schemas_;
  std::map<NodeType, base::Error> unread_;
  std::map<std::string, std::vector<std::string>> versions_;  // of types that were asked for in one they do not have
  std::vector<NullSetting> nulls_;
  Violations faults_;
};

}  // namespace tools::journeys
