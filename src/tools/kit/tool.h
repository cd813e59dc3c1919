// A tool: one declaration that is published, enforced and run. Login and tokens are not its business.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aic/tenant.h"
#include "base/json.h"
#include "net/clock.h"
#include "net/task.h"
#include "tools/kit/check.h"
#include "tools/kit/param.h"
#include "tools/kit/result.h"

namespace tools {

// For a tool's declaration and for its requests: `{.scopes = {scope::am}}`.
namespace scope {
inline constexpr const char* idm = "fr:idm:*";
inline constexpr const char* logs = "fr:idc:monitoring:*";
inline constexpr const char* esv_update = "fr:idc:esv:update";
inline constexpr const char* esv_read = "fr:idc:esv:read";
inline constexpr const char* am = "fr:am:*";
}  // namespace scope

// MCP tool annotations (R-RES-12); all four are always published.
struct Hints {
  bool read_only = false;
  bool destructive = false;
  bool idempotent = false;
  bool open_world = true;
};
inline constexpr Hints reads{.read_only = true, .destructive = false, .idempotent = true, .open_world = true};
inline constexpr Hints reads_locally{.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
inline constexpr Hints creates{};                        // adds, never overwrites
inline constexpr Hints overwrites{.destructive = true};  // can replace or remove stored data
inline constexpr Hints overwrites_idempotently{.destructive = true, .idempotent = true};

class Session;  // tools/kit/session.h

// What a call is given besides its arguments and the tenant.
struct Surroundings {
  aic::OnProgress progress;
  Session* session = nullptr;  // null where nothing is known of the sign-in
  // How many characters of the result anybody will see at most.
  std::size_t most_shown = std::numeric_limits<std::size_t>::max();
};

// One running call of a tool: its arguments and the tenant.
class Call {
 public:
  Call(Arguments arguments, aic::Tenant& tenant, Surroundings surroundings)
      : arguments_(arguments), tenant_(tenant), surroundings_(std::move(surroundings)) {}

  // The argument's value in its own type; optional ones come as std::optional.
  template <typename T>
  T operator[](const Field<T>& field) const {
    return arguments_[field];
  }
  aic::Tenant& tenant() { return tenant_; }
  // What the program knows of the sign-in and of its other calls. Throws where it gives none.
  Session& session() const;
  net::Clock& clock() { return tenant_.edges().clock; }
  base::Random& random() { return tenant_.edges().random; }
  void progress(std::string message) { surroundings_.progress(std::move(message)); }
  // For the request of a page that is shown as it comes: reads no more entries of its list than can be shown.
  base::PartOfList shown_part(std::string list) const;
  // Secrets that the call takes from the tenant to send them back: results must not give them away either (R-RES-14).
  void take_secrets(std::vector<std::string> texts) { secrets_ = std::move(texts); }
  const std::vector<std::string>& taken_secrets() const { return secrets_; }

 private:
  Arguments arguments_;
  aic::Tenant& tenant_;
  Surroundings surroundings_;
  std::vector<std::string> secrets_;
};

// A member that results show of what was deleted and that the tenant sets by itself, as `_rev`: it may stand among the
// arguments that put the thing back, and is left out.
struct Ignored {
  std::string_view name;
  std::string_view only = {};  // with this value alone; empty for any
};

struct Tool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::vector<std::string_view> scopes;  // the union of what its requests ask for; no other is asked for
  Hints hints;
  std::vector<Param> params;
  net::Task<Result> (*run)(Call& call);
  // Checks between arguments, before login and any request (R-ARG-01, -11).
  void (*check)(Checking& checking) = nullptr;
  Json output_schema = nullptr;
  std::vector<Ignored> ignored = {};
};

// Whether a call may change the tenant. Without a scope it cannot: signOut.
bool changes_tenant(const Tool& tool);

// The schema of an output that is an object with these members, of these JSON types, on every tenant (R-RES-10). What
// is in the members is the tenant's.
Json output_of(std::initializer_list<std::pair<const char*, const char*>> members);

// The entry of tools/list.
Json describe(const Tool& tool);

// The arguments of a call as its tool takes them (R-ARG-16), and everything that is wrong with them. What repeats a
// character that a result showed as \u{…} is that character (R-ECO-09).
struct Accepted {
  Json arguments;
  Violations violations;  // nothing is sent unless this is empty
};
Accepted accept_arguments(const Tool& tool, Json given, std::int64_t now_unix_ms, const UnseenCharacters& shown = {});

// What a tool came to, and what its result shows besides.
struct Ran {
  Result result;
  Context context;
};

// Runs a tool on arguments that have passed the check. Failures become results; cancellation, and whatever is no
// base::Error, comes through.
net::Task<Ran> run_tool(const Tool& tool, const Json& arguments, aic::Tenant& tenant, Surroundings surroundings);

}  // namespace tools
