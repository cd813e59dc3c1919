// How a product says that its lists or resources change, and who is told: the sessions and subscriptions that asked.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace mcp {

struct Change {
  enum class What { tools, prompts, resources, resource };  // a list, or one resource
  What what = What::tools;
  std::string uri;  // What::resource
};

// Owned by the host; outlives all who listen. Loop thread only.
class Changes {
 public:
  // Which lists change at all: what is declared as `listChanged`.
  struct Kinds {
    bool tools = false;
    bool prompts = false;
    bool resources = false;
  };

  explicit Changes(Kinds kinds) : kinds_(kinds) {}
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  const Kinds& kinds() const { return kinds_; }
  // Tells all who listen now, in the order in which they began.
  void tell(const Change& change);

  // Listens for as long as it lives.
  class Listening {
   public:
    Listening() = default;
    Listening(Changes& changes, std::uint64_t number) : changes_(&changes), number_(number) {}
    Listening(Listening&& other) noexcept;
    Listening& operator=(Listening&& other) noexcept;
    ~Listening() { end(); }

   private:
    void end();
    Changes* changes_ = nullptr;
    std::uint64_t number_ = 0;
  };
  Listening listen(std::function<void(const Change&)> on_change);

 private:
  using Listener = std::shared_ptr<std::function<void(const Change&)>>;

  Kinds kinds_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Listener> listeners_;
};

}  // namespace mcp
