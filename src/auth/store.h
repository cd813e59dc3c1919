// Where the login token lives: one record in the operating system's keychain, or nowhere but in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"

namespace auth {

inline constexpr std::string_view store_service = "PingOneAIC_MCP_Server";

// A keychain. All calls block; the session runs them on a thread of their own within a limit. Throws
// base::Error{transient} when the backend fails; a missing item is no failure.
class TokenStore {
 public:
  virtual ~TokenStore() = default;
  // For people: "Secret Service (session collection)". Empty when nothing is meant to be stored.
  virtual std::string name() const = 0;
  // False when this system has no usable keychain right now; then nothing else is called.
  virtual bool available() = 0;
  // Takes the place of every item of that account.
  virtual void save(const std::string& account, const base::Secret& value) = 0;
  // Throws base::Error{conflict} where there are several items of that account: not all of them are ours.
  virtual std::optional<base::Secret> load(const std::string& account) = 0;
  virtual void erase(const std::string& account) = 0;
  // The accounts under our service, without reading a value.
  virtual std::vector<std::string> accounts() = 0;
};

// The keychain of this operating system: the Secret Service through libsecret, Windows' Credential Manager, or the
// login keychain of macOS. One source file per system (store_libsecret.cpp, store_windows.cpp, store_macos.cpp). To be
// made before the program has threads.
std::unique_ptr<TokenStore> system_store();
// For containers: never available, by intention. The session then keeps the token in locked memory.
std::unique_ptr<TokenStore> no_store();

}  // namespace auth
