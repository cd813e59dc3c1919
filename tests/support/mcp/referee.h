// Listens to a client and a server and checks each line of the server against the published schema of its revision.
#pragma once

#include "base/json.h"

#include <map>
#include <string>

namespace test {

class Referee {
 public:
  // `source_dir` stands beside the folder with the schemas; without that nothing is checked.
  explicit Referee(std::string source_dir) : source_dir_(std::move(source_dir)) {}

  // Remembers which request each answer will belong to.
  void hear_client(const base::Json& message);
  // Fails the test for a line that is not as published.
  void check(const base::Json& message);

 private:
  struct Asked {
    std::string revision;
    std::string method;
  };

  void check_answer(const base::Json& message);
  void check_error(const std::string& revision, const base::Json& message);
  void check_against(const std::string& revision, const std::string& definition, const base::Json& value);

  std::string source_dir_;
  std::string revision_ = "2025-11-25";
  std::map<std::string, Asked> asked_;
};

}  // namespace test
