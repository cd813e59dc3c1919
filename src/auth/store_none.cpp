#include "auth/store.h"

namespace auth {
namespace {

class NoStore final : public TokenStore {
 public:
  std::string name() const override { return {}; }
  bool available() override { return false; }
  void save(const std::string&, const base::Secret&) override {}
  std::optional<base::Secret> load(const std::string&) override { return std::nullopt; }
  void erase(const std::string&) override {}
  std::vector<std::string> accounts() override { return {}; }
};

}  // namespace

std::unique_ptr<TokenStore> no_store() {
  return std::make_unique<NoStore>();
}

}  // namespace auth
