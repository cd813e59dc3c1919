// The settings, in one table: what the program reads, checks and shows of them comes from here, and what other places
// say about them is compared with it (tests/app/settings_test.cpp).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app {

struct Setting {
  enum class Kind {
    url,
    flag,    // true or false
    choice,  // one of `values`
    number,  // from `least` to `most`, whole
    tools,   // names of tools and families
    file,    // PEM certificates
    output,  // a file that this server writes
    proxy,   // URL of a proxy
    hosts,   // that are reached without the proxy
    command,
    hint,  // set or not, which says where the process runs
  };
  enum class Owner {
    server,    // ours, named AIC_…
    image,     // set in the container image
    others,    // read by other programs too
    surround,  // set by what the process runs in, by nobody for this server: not listed
  };

  std::string_view name;
  Owner owner;
  Kind kind;
  std::vector<std::string> values;
  long least = 0;
  long most = 0;
  std::string_view otherwise;  // what holds where it is not set, as people read it; a number begins with its digits
  std::string_view help;
  std::string_view title;    // in the forms of desktop clients; empty = not asked for there
  std::string_view example;  // of a setting that is required
};

// In the order in which people read them.
std::span<const Setting> settings();

// Throws std::logic_error for a name that the table does not have.
const Setting& setting(std::string_view name);

// The number that holds where the setting is not set.
long default_number(const Setting& setting);

// A line for each setting that people set, for --help.
std::string settings_help();

}  // namespace app
