// A handful of variables of every type, some of them not loaded yet, and a few secrets.

#include "sandbox/esv/esv.h"
#include "base/encoding.h"
#include "sandbox/seed/seed.h"

namespace sandbox {

using base::Json;

namespace {

constexpr std::int64_t hour_ms = 60 * 60 * std::int64_t{1000};

struct Variable {
  const char* id;
  const char* type;
  const char* value;
  const char* description;
};

constexpr Variable variables[] = {
    {"esv-shop-url", "string", "https://shop.example.com", "URL of the web shop"},
    {"esv-greeting", "string", "Grüß Gott, 世界 🦉", "Greeting on the first page"},
    {"esv-max-devices", "int", "5", "Maximum number of devices per person"},
    {"esv-risk-threshold", "number", "0.75", "Sign-ins above this risk score are refused"},
    {"esv-self-service", "bool", "true", "Whether people can register themselves"},
    {"esv-support-mails", "list", "desk@example.com,night@example.com", "Recipients of alerts"},
    {"esv-office-networks", "array", R"(["192.0.2.0/24","198.51.100.0/24"])", "Networks of the offices"},
    {"esv-opening-hours", "object", R"({"mo-fr":"08:00-18:00","sa":"10:00-14:00"})",
     "Opening hours of the service desk"},
    {"esv-feature-flags", "keyvaluelist", R"({"new-login":"on","badge-photo":"off"})", "Enabled features"},
    {"esv-certificate-inline", "base64encodedinlined", "not a real certificate", "Text inside text"},
};

struct SeededSecret {
  const char* id;
  const char* encoding;
  int versions;
  const char* description;
};

constexpr SeededSecret secrets[] = {
    {"esv-mail-password", "generic", 3, "Password of the mail account"},
    {"esv-signing-key", "pem", 1, "Key for signing messages to partners"},
    {"esv-cookie-key", "base64hmac", 2, "Key for signing a cookie"},
};

}  // namespace

void seed_esv(Tenant& tenant) {
  std::int64_t age_hours = 7;
  for (const Variable& variable : variables) {
    const bool is_new = age_hours < 30;
    tenant.esv->variables[variable.id] = {
        {"_id", variable.id},
        {"description", variable.description},
        {"expressionType", variable.type},
        {"lastChangeDate", esv::change_date(tenant.options.now_ms - age_hours * hour_ms)},
        {"lastChangedBy", tenant.options.administrator_name},
        {"loaded", !is_new},
        {"valueBase64", base::base64(variable.value)}};
    age_hours += 19;
  }
  for (const SeededSecret& seeded : secrets) {
    Secret& secret = tenant.esv->secrets[seeded.id];
    for (int number = 1; number <= seeded.versions; ++number) {
      const auto made = tenant.options.now_ms - (100 - number) * 24 * hour_ms;
      const bool is_active = number == seeded.versions;
      secret.versions.insert(secret.versions.begin(), Json{{"createDate", esv::change_date(made)},
                                                           {"loaded", is_active},
                                                           {"status", is_active ? "ENABLED" : "DISABLED"},
                                                           {"version", std::to_string(number)}});
    }
    secret.document = {{"_id", seeded.id},
                       {"activeVersion", std::to_string(seeded.versions)},
                       {"description", seeded.description},
                       {"encoding", seeded.encoding},
                       {"lastChangeDate", secret.versions.front()["createDate"]},
                       {"lastChangedBy", tenant.options.administrator_name},
                       {"loaded", true},
                       {"loadedVersion", std::to_string(seeded.versions)},
                       {"useInPlaceholders", true}};
  }
}

}  // namespace sandbox
