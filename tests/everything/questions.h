// Tools and prompts that ask the client before they answer: data/questions.json has the rounds of each.
#pragma once

#include "mcp/host.h"

#include <memory>
#include <string>

namespace everything {

using mcp::Json;

// What was asked under each key, and the client's result.
bool asks(const std::string& name);
net::Task<Json> ask_all(std::string name, std::shared_ptr<mcp::Client> client);

// One form for the person; the ElicitResult.
net::Task<Json> ask_person(std::string message, std::shared_ptr<mcp::Client> client);
// The text that the client's model writes.
net::Task<std::string> ask_model(std::string prompt, std::shared_ptr<mcp::Client> client);

}  // namespace everything
