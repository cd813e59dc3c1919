// Prompts for the jobs people do with a tenant. Their texts are in data/prompts.json.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "mcp/host.h"

namespace app {

// data/prompts.json.
const base::Json& prompt_texts();

// The lines of one of them, with these values in the places of its arguments.
std::string prompt_text(const base::Json& prompt, const std::map<std::string, std::string, std::less<>>& values);

// The argument of the tools that a prompt's argument stands for; empty for one that stands for none. Throws
// ProtocolError{invalid_params} for an unknown prompt.
std::string prompt_argument(std::string_view prompt, std::string_view argument);

class Prompts final : public mcp::Prompts {
 public:
  Prompts();
  const base::Json& prompts() const override { return listed_; }
  net::Task<mcp::PromptResult> get(mcp::PromptGet request) override;

 private:
  base::Json listed_ = base::Json::array();
};

}  // namespace app
