// What protects the process's memory and what confines the process, as the operating system tells it, for the first
// debug lines: a person who runs the container sees there whether the documented run command took effect
// (docs/container.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/secret.h"

namespace app {

// For the log, in one line; `granted` is what base::harden_process() reached. One source file per system.
std::string confinement_report(const base::Hardening& granted);

// Linux' part, in pieces.
struct Confinement {
  bool core_dumps_off = false;
  bool dumpable = true;  // others of the same user may attach a debugger
  bool pages_locked = false;
  std::optional<std::uint64_t> lock_limit;  // bytes; none = unlimited
  bool root_read_only = false;
  bool no_new_privileges = false;
  std::uint64_t capabilities = 0;  // those in force, a bit each (capabilities(7))
  std::uint32_t user = 0;
};

Confinement read_confinement(const base::Hardening& granted);

// One line, what does not hold named as plainly as what does.
std::string describe(const Confinement& confinement);

}  // namespace app
