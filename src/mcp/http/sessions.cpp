#include "mcp/http/sessions.h"

#include "base/encoding.h"

#include <vector>

namespace mcp {
namespace {

constexpr std::size_t session_id_bytes = 24;

bool goes_before(const HttpSession& one, const HttpSession& other) {
  if (one.has_begun() != other.has_begun()) return other.has_begun();
  return one.last_used() < other.last_used();
}

}  // namespace

std::shared_ptr<HttpSession> HttpSessions::make(std::string owner) {
  return std::make_shared<HttpSession>(edges_, base::base64url(edges_->random.bytes(session_id_bytes)),
                                       std::move(owner), limits_);
}

bool HttpSessions::add(std::shared_ptr<HttpSession> session) {
  end_idle();
  if (sessions_.size() >= most_) return false;
  std::string id = session->id();
  sessions_.emplace(std::move(id), std::move(session));
  return true;
}

std::shared_ptr<HttpSession> HttpSessions::find(std::string_view id, std::string_view owner) const {
  const auto found = sessions_.find(std::string(id));
  if (found == sessions_.end() || found->second->owner() != owner) return nullptr;
  const auto& session = found->second;
  return session->is_idle() && edges_->clock.now() - session->last_used() >= idle_ ? nullptr : session;
}

void HttpSessions::remove(const std::shared_ptr<HttpSession>& session) {
  sessions_.erase(session->id());
  session->close();
}

void HttpSessions::hang_up() {
  for (const auto& [id, session] : sessions_) session->hang_up();
}

void HttpSessions::close() {
  for (const auto& [id, session] : std::unordered_map(sessions_)) remove(session);
}

// Those that idle too long; and when it is full the one that idles longest, first of all one that nobody came back to:
// whoever only begins sessions throws out none that is in use.
void HttpSessions::end_idle() {
  const auto now = edges_->clock.now();
  std::shared_ptr<HttpSession> longest;
  std::vector<std::shared_ptr<HttpSession>> over;
  for (const auto& [id, session] : sessions_) {
    if (!session->is_idle()) continue;
    if (now - session->last_used() >= idle_) {
      over.push_back(session);
    } else if (!longest || goes_before(*session, *longest)) {
      longest = session;
    }
  }
  for (const auto& session : over) remove(session);
  if (sessions_.size() >= most_ && longest) remove(longest);
}

}  // namespace mcp
