// The Secret Service of Linux desktops through libsecret. The library is loaded at first use, so that this program also
// runs where it is not installed; every call here may block for as long as the bus likes.
#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <libsecret/secret.h>

#include "auth/store.h"
#include "base/error.h"
#include "base/log.h"
#include "base/process.h"

namespace auth {
namespace {

// The functions that are used, bound by name; GLib's come along with libsecret.
class Library {
 public:
  Library() {
    handle_ = dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL);  // never closed: GLib cannot be unloaded
    if (handle_ == nullptr) return;
    is_complete_ = bind("secret_service_get_sync", service_get) && bind("secret_service_store_sync", store) &&
                   bind("secret_service_search_sync", search) && bind("secret_service_clear_sync", clear) &&
                   bind("secret_collection_for_alias_sync", collection_for_alias) &&
                   bind("secret_collection_get_locked", collection_locked) &&
                   bind("secret_item_get_attributes", item_attributes) && bind("secret_item_get_secret", item_secret) &&
                   bind("secret_item_get_locked", item_locked) && bind("secret_value_new", value_new) &&
                   bind("secret_value_get", value_get) && bind("secret_value_unref", value_unref) &&
                   bind("g_object_unref", object_unref) && bind("g_error_free", error_free) &&
                   bind("g_list_free_full", list_free) && bind("g_hash_table_new", table_new) &&
                   bind("g_hash_table_insert", table_insert) && bind("g_hash_table_lookup", table_lookup) &&
                   bind("g_hash_table_unref", table_unref) && bind("g_str_hash", str_hash) &&
                   bind("g_str_equal", str_equal);
  }

  bool is_complete() const { return is_complete_; }

  decltype(&secret_service_get_sync) service_get = nullptr;
  decltype(&secret_service_store_sync) store = nullptr;
  decltype(&secret_service_search_sync) search = nullptr;
  decltype(&secret_service_clear_sync) clear = nullptr;
  decltype(&secret_collection_for_alias_sync) collection_for_alias = nullptr;
  decltype(&secret_collection_get_locked) collection_locked = nullptr;
  decltype(&secret_item_get_attributes) item_attributes = nullptr;
  decltype(&secret_item_get_secret) item_secret = nullptr;
  decltype(&secret_item_get_locked) item_locked = nullptr;
  decltype(&secret_value_new) value_new = nullptr;
  decltype(&secret_value_get) value_get = nullptr;
  decltype(&secret_value_unref) value_unref = nullptr;
  decltype(&g_object_unref) object_unref = nullptr;
  decltype(&g_error_free) error_free = nullptr;
  decltype(&g_list_free_full) list_free = nullptr;
  decltype(&g_hash_table_new) table_new = nullptr;
  decltype(&g_hash_table_insert) table_insert = nullptr;
  decltype(&g_hash_table_lookup) table_lookup = nullptr;
  decltype(&g_hash_table_unref) table_unref = nullptr;
  decltype(&g_str_hash) str_hash = nullptr;
  decltype(&g_str_equal) str_equal = nullptr;

 private:
  template <typename Function>
  bool bind(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    return function != nullptr;
  }

  void* handle_ = nullptr;
  bool is_complete_ = false;
};

constexpr int load_tries = 3;

// Generic, as other tools write it: `secret-tool search service PingOneAIC_MCP_Server` finds our records.
const SecretSchema schema{"org.freedesktop.Secret.Generic",
                          SECRET_SCHEMA_NONE,
                          {{"service", SECRET_SCHEMA_ATTRIBUTE_STRING},
                           {"account", SECRET_SCHEMA_ATTRIBUTE_STRING},
                           {nullptr, SECRET_SCHEMA_ATTRIBUTE_STRING}}};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// GLib looks for the bus in these two variables, which some clients do not pass on (R-CLI-07); without an address it
// would start a bus of its own (dbus-launch). True when there is a bus.
bool find_session_bus() {
  if (!variable("DBUS_SESSION_BUS_ADDRESS").empty()) return true;
  const auto folder = base::runtime_folder(variable("XDG_RUNTIME_DIR"));
  std::error_code error;
  const auto socket = std::filesystem::path(folder) / "bus";
  if (folder.empty() || !std::filesystem::exists(socket, error)) return false;
  setenv("DBUS_SESSION_BUS_ADDRESS", ("unix:path=" + socket.string()).c_str(), 1);
  return true;
}

class LibsecretStore final : public TokenStore {
 public:
  std::string name() const override { return "Secret Service"; }
  bool available() override;
  void save(const std::string& account, const base::Secret& value) override;
  std::optional<base::Secret> load(const std::string& account) override;
  void erase(const std::string& account) override;
  std::vector<std::string> accounts() override;

 private:
  using Object = std::unique_ptr<void, decltype(&g_object_unref)>;
  using Attributes = std::unique_ptr<GHashTable, decltype(&g_hash_table_unref)>;

  class Items;

  const Library& library();
  // With a session, values can be carried; without one the ciphers for that need not even be loaded.
  Object service(SecretServiceFlags flags = SECRET_SERVICE_OPEN_SESSION);
  const char* usable_collection();
  // `account` null = all accounts. The table keeps the pointer.
  Attributes attributes(const char* account);
  std::unique_ptr<Items> search(const char* account, SecretSearchFlags flags);
  void check(GError* error, std::string_view doing);

  // Found out while the program has one thread: it may set a variable.
  const bool has_bus_ = find_session_bus();
  std::once_flag loaded_;
  std::unique_ptr<Library> library_;
};

// The items that a search found.
class LibsecretStore::Items {
 public:
  Items(const Library& library, GList* list) : library_(library), list_(list) {}
  ~Items() { library_.list_free(list_, library_.object_unref); }
  Items(const Items&) = delete;
  Items& operator=(const Items&) = delete;
  const GList* first() const { return list_; }

 private:
  const Library& library_;
  GList* list_;
};

const Library& LibsecretStore::library() {
  std::call_once(loaded_, [this] { library_ = std::make_unique<Library>(); });
  return *library_;
}

void LibsecretStore::check(GError* error, std::string_view doing) {
  if (error == nullptr) return;
  base::Error failure(base::Errc::transient, fmt::format("{} failed: {}", doing, error->message));
  library().error_free(error);
  throw failure;
}

LibsecretStore::Object LibsecretStore::service(SecretServiceFlags flags) {
  GError* error = nullptr;
  Object found(library().service_get(flags, nullptr, &error), library().object_unref);
  check(error, "reaching the Secret Service");
  return found;
}

// The collection that ends with the desktop session, else the default one if it is open (R-TOK-08). Looked up first,
// because storing into one that is missing or locked would prompt.
const char* LibsecretStore::usable_collection() {
  const auto bus = service(SECRET_SERVICE_NONE);
  for (const char* alias : {SECRET_COLLECTION_SESSION, SECRET_COLLECTION_DEFAULT}) {
    GError* error = nullptr;
    const Object collection(library().collection_for_alias(static_cast<SecretService*>(bus.get()), alias,
                                                           SECRET_COLLECTION_NONE, nullptr, &error),
                            library().object_unref);
    check(error, "looking for a collection");
    if (collection && !library().collection_locked(static_cast<SecretCollection*>(collection.get()))) return alias;
  }
  return nullptr;
}

bool LibsecretStore::available() {
  if (!has_bus_ || !library().is_complete()) return false;
  return usable_collection() != nullptr;
}

LibsecretStore::Attributes LibsecretStore::attributes(const char* account) {
  const auto text = [](const char* chars) { return const_cast<char*>(chars); };
  Attributes table(library().table_new(library().str_hash, library().str_equal), library().table_unref);
  library().table_insert(table.get(), text("service"), text(store_service.data()));
  if (account != nullptr) library().table_insert(table.get(), text("account"), text(account));
  return table;
}

void LibsecretStore::save(const std::string& account, const base::Secret& value) {
  const char* collection = usable_collection();
  if (collection == nullptr) throw base::Error(base::Errc::transient, "no collection of the Secret Service is open");
  erase(account);  // storing replaces an item of the same collection only
  const auto bus = service();
  const auto table = attributes(account.c_str());
  const auto plain = value.reveal();
  const std::unique_ptr<SecretValue, void (*)(void*)> secret(
      library().value_new(plain.data(), static_cast<gssize>(plain.size()), "application/json"),
      reinterpret_cast<void (*)(void*)>(library().value_unref));
  GError* error = nullptr;
  library().store(static_cast<SecretService*>(bus.get()), &schema, table.get(), collection, "AIC MCP server sign-in",
                  secret.get(), nullptr, &error);
  check(error, "storing the sign-in");
}

std::unique_ptr<LibsecretStore::Items> LibsecretStore::search(const char* account, SecretSearchFlags flags) {
  const auto bus =
      service((flags & SECRET_SEARCH_LOAD_SECRETS) != 0 ? SECRET_SERVICE_OPEN_SESSION : SECRET_SERVICE_NONE);
  const auto table = attributes(account);
  GError* error = nullptr;
  auto items = std::make_unique<Items>(library(), library().search(static_cast<SecretService*>(bus.get()), &schema,
                                                                   table.get(), flags, nullptr, &error));
  check(error, "searching the Secret Service");
  return items;
}

std::optional<base::Secret> LibsecretStore::load(const std::string& account) {
  // Finding an item and reading its value are two requests: one that is replaced between them is looked for again.
  for (int tries = 0; tries < load_tries; ++tries) {
    const auto items =
        search(account.c_str(), static_cast<SecretSearchFlags>(SECRET_SEARCH_ALL | SECRET_SEARCH_LOAD_SECRETS));
    if (items->first() == nullptr) return std::nullopt;
    if (items->first()->next != nullptr)
      throw base::Error(base::Errc::conflict, "there are several records of this name");
    auto* item = static_cast<SecretItem*>(items->first()->data);
    if (SecretValue* value = library().item_secret(item); value != nullptr) {
      gsize size = 0;
      const char* plain = library().value_get(value, &size);
      base::Secret secret(std::string_view(plain, size));
      library().value_unref(value);
      return secret;
    }
    if (library().item_locked(item)) throw base::Error(base::Errc::transient, "the record of the sign-in is locked");
  }
  throw base::Error(base::Errc::transient, "the record of the sign-in was found without a value");
}

void LibsecretStore::erase(const std::string& account) {
  const auto bus = service(SECRET_SERVICE_NONE);
  const auto table = attributes(account.c_str());
  GError* error = nullptr;
  library().clear(static_cast<SecretService*>(bus.get()), &schema, table.get(), nullptr, &error);
  check(error, "removing a record");
}

std::vector<std::string> LibsecretStore::accounts() {
  const auto items = search(nullptr, SECRET_SEARCH_ALL);
  std::vector<std::string> accounts;
  for (const GList* item = items->first(); item != nullptr; item = item->next) {
    const Attributes found(library().item_attributes(static_cast<SecretItem*>(item->data)), library().table_unref);
    const auto* account = static_cast<const char*>(library().table_lookup(found.get(), "account"));
    if (account != nullptr) accounts.emplace_back(account);
  }
  return accounts;
}

}  // namespace

std::unique_ptr<TokenStore> system_store() {
  return std::make_unique<LibsecretStore>();
}

}  // namespace auth
