// Windows' Credential Manager: generic credentials that end with the logon session. One holds 2,560 bytes at most, so a
// record is several of them, "<service>/<account>/<part>"; Windows tells credentials by that target name alone. The
// last part that is written is number 0, which says how many there are: without it there is no record.
#include <windows.h>
// Needs windows.h before it.
#include <wincred.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "auth/store.h"
#include "base/error.h"
#include "base/log.h"
#include "base/wide.h"

namespace auth {
namespace {

// CRED_MAX_CREDENTIAL_BLOB_SIZE of Windows 7 and later; mingw-w64's header still has 512, and Wine has no limit.
constexpr std::size_t largest_part = 2'560;
constexpr std::size_t most_parts = 64;

[[noreturn]] void fail_store(std::string_view doing, DWORD code) {
  throw base::Error(base::Errc::transient, fmt::format("{} failed: {}", doing, base::windows_error(code)));
}

struct FreeCredential {
  void operator()(void* memory) const { CredFree(memory); }
};
using Credential = std::unique_ptr<CREDENTIALW, FreeCredential>;

std::string credential_target(std::string_view account, std::size_t part) {
  return fmt::format("{}/{}/{}", store_service, account, part);
}

// The account and part of a target name of ours; nothing for those of others.
struct PartName {
  std::string account;
  std::size_t part = 0;
};

std::optional<PartName> parse_credential_target(std::string_view target) {
  if (!target.starts_with(store_service) || !target.substr(store_service.size()).starts_with('/')) return std::nullopt;
  target.remove_prefix(store_service.size() + 1);
  const auto slash = target.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  PartName name{.account = std::string(target.substr(0, slash)), .part = 0};
  const auto digits = target.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), name.part);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return name;
}

std::size_t count_parts(std::size_t size) {
  return size == 0 ? 1 : (size + largest_part - 1) / largest_part;
}

// Each part but number 0 is `bytes` alone; number 0 names the count of parts in its comment.
void write_part(const std::string& account, std::size_t part, std::size_t count, std::string_view bytes) {
  auto target = base::to_wide(credential_target(account, part));
  auto user = base::to_wide(account);
  auto comment = base::to_wide(fmt::format("{}", count));
  CREDENTIALW credential{};
  credential.Type = CRED_TYPE_GENERIC;
  credential.Persist = CRED_PERSIST_SESSION;
  credential.TargetName = target.data();
  credential.UserName = user.data();
  credential.Comment = comment.data();
  credential.CredentialBlobSize = static_cast<DWORD>(bytes.size());
  credential.CredentialBlob = reinterpret_cast<LPBYTE>(const_cast<char*>(bytes.data()));
  if (CredWriteW(&credential, 0) == 0) fail_store("storing the sign-in", GetLastError());
}

Credential read_part(const std::string& account, std::size_t part) {
  PCREDENTIALW found = nullptr;
  if (CredReadW(base::to_wide(credential_target(account, part)).c_str(), CRED_TYPE_GENERIC, 0, &found) != 0) {
    return Credential(found);
  }
  const DWORD code = GetLastError();
  if (code != ERROR_NOT_FOUND) fail_store("reading the sign-in", code);
  return nullptr;
}

std::string_view part_bytes(const Credential& part) {
  return {reinterpret_cast<const char*>(part->CredentialBlob), part->CredentialBlobSize};
}

std::size_t parse_part_count(const Credential& first) {
  const auto text = first->Comment == nullptr ? std::string() : base::to_utf8(first->Comment);
  std::size_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  if (count == 0 || count > most_parts)
    throw base::Error(base::Errc::transient, "the record of the sign-in is damaged");
  return count;
}

void delete_part(const std::string& account, std::size_t part) {
  if (CredDeleteW(base::to_wide(credential_target(account, part)).c_str(), CRED_TYPE_GENERIC, 0) != 0) return;
  const DWORD code = GetLastError();
  if (code != ERROR_NOT_FOUND) fail_store("removing a record", code);
}

// All parts of all records of ours.
std::vector<PartName> list_parts() {
  DWORD count = 0;
  PCREDENTIALW* found = nullptr;
  const auto filter = base::to_wide(fmt::format("{}/*", store_service));
  // Under Wine the list breaks off when another process removes a record meanwhile.
  for (int attempts_left = 10; CredEnumerateW(filter.c_str(), 0, &count, &found) == 0; --attempts_left) {
    const DWORD code = GetLastError();
    if (code == ERROR_NOT_FOUND) return {};
    if (code != ERROR_KEY_DELETED || attempts_left == 0) fail_store("listing the records", code);
  }
  const std::unique_ptr<PCREDENTIALW, FreeCredential> list(found);
  std::vector<PartName> names;
  for (const auto* credential : std::span(found, count)) {
    if (credential->Type != CRED_TYPE_GENERIC) continue;
    if (auto name = parse_credential_target(base::to_utf8(credential->TargetName))) names.push_back(std::move(*name));
  }
  return names;
}

// Not only those that number 0 counts: a save or an erasure that was killed half-way leaves others. Nor by a list of
// all records: Wine's breaks when another process writes at the same time.
void delete_all_parts(const std::string& account) {
  for (std::size_t part = 0; part < most_parts; ++part) delete_part(account, part);
}

class CredentialManagerStore final : public TokenStore {
 public:
  std::string name() const override { return "Credential Manager"; }

  // A logon over SSH has no store for generic credentials.
  bool available() override {
    std::array<DWORD, CRED_TYPE_MAXIMUM> by_type{};
    if (CredGetSessionTypes(static_cast<DWORD>(by_type.size()), by_type.data()) == 0) return false;
    return by_type[CRED_TYPE_GENERIC] != CRED_PERSIST_NONE;
  }

  void save(const std::string& account, const base::Secret& value) override {
    const auto plain = value.reveal();
    const std::size_t count = count_parts(plain.size());
    if (count > most_parts)
      throw base::Error(base::Errc::transient, "the token is too long for the Credential Manager");
    delete_all_parts(account);
    try {
      for (std::size_t part = count; part-- > 0;) {
        write_part(account, part, count, plain.substr(part * largest_part, largest_part));
      }
    } catch (const base::Error&) {
      undo_save(account);
      throw;
    }
  }

  std::optional<base::Secret> load(const std::string& account) override {
    const auto first = read_part(account, 0);
    if (!first) return std::nullopt;
    const std::size_t count = parse_part_count(first);
    std::string plain;
    plain.reserve(count * largest_part);  // so that no copy of a part is left behind
    plain += part_bytes(first);
    SecureZeroMemory(first->CredentialBlob, first->CredentialBlobSize);
    for (std::size_t number = 1; number < count; ++number) {
      const auto part = read_part(account, number);
      if (!part) {
        base::wipe(plain);
        throw base::Error(base::Errc::transient, "the record of the sign-in lacks a part");
      }
      plain += part_bytes(part);
      SecureZeroMemory(part->CredentialBlob, part->CredentialBlobSize);
    }
    return base::Secret::take(plain);
  }

  void erase(const std::string& account) override { delete_all_parts(account); }

  std::vector<std::string> accounts() override {
    std::set<std::string> accounts;  // left-overs of a save that was killed half-way count as well
    for (auto& name : list_parts()) accounts.insert(std::move(name.account));
    return {accounts.begin(), accounts.end()};
  }

 private:
  static void undo_save(const std::string& account) {
    try {
      delete_all_parts(account);
    } catch (const base::Error& error) {
      base::log(base::LogLevel::warn, "{}", error.message);
    }
  }
};

}  // namespace

std::unique_ptr<TokenStore> system_store() {
  return std::make_unique<CredentialManagerStore>();
}

}  // namespace auth
