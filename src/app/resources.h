// What the reading tools read, as resources with addresses: aic://{realm}/journeys/{name} and others; and the skills.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/runner.h"
#include "mcp/host.h"

namespace app {

// An address with variables, and the tool that reads what it names.
struct ResourceTemplate {
  std::string_view pattern, name, title, description;
  std::string_view tool;
  // Variables of the pattern, and the arguments of the tool that they stand for.
  std::vector<std::pair<std::string_view, std::string_view>> variables;
};

const std::vector<ResourceTemplate>& resource_templates();

// The tool's arguments for an address that has the form of the pattern.
std::optional<base::Json> match(const ResourceTemplate& resource, std::string_view uri);

class Resources final : public mcp::Resources {
 public:
  explicit Resources(Runner& runner);

  // The skills, and the journeys once somebody is signed in: clients show what is listed and never ask for templates by
  // themselves.
  net::Task<base::Json> list() override;
  const base::Json& templates() const override { return listed_; }
  net::Task<mcp::ResourceResult> read(mcp::ResourceRead request) override;

 private:
  Runner& runner_;
  base::Json listed_ = base::Json::array();
};

}  // namespace app
