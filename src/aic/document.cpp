#include "aic/document.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/advice.h"
#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/difference.h"
#include "aic/failure.h"
#include "aic/look_again.h"
#include "net/loop.h"

namespace aic {
namespace {

using base::Errc;
using base::Error;

constexpr int most_recomputations = 2;  // R-WRT-04

// Neither a change nor a check can be based on an answer that holds no document.
void need_document(const Document& document, const Reply& reply) {
  if (reply.status != 404) need_content(document.target.path(), reply.body);
}

bool same(const Reply& left, const Reply& right) {
  const auto revision = left.revision();
  if (!revision.empty() && !right.revision().empty()) return revision == right.revision();
  return differences(left.body, right.body).empty();
}

bool holds(const Json& answer, const Json& document) {
  if (!answer.is_object() || !document.is_object()) return false;
  const auto members = document.items();
  return std::ranges::all_of(members,
                             [&](const auto& item) { return item.key() == "_rev" || answer.contains(item.key()); });
}

Error changed_meanwhile(const Document& document, const std::vector<Pointer>& places) {
  Error error(Errc::conflict, fmt::format("Somebody else changed {} in the meantime, at {}; nothing was written",
                                          document.title, places.empty() ? "its revision" : describe(places)));
  error.next = advice::read_again;
  return error;
}

Error other_revision(const Document& document, const std::string& expected, const std::string& current) {
  Error error(Errc::conflict, current.empty()
                                  ? fmt::format("{} has no revision to compare with \"{}\"; nothing was written",
                                                document.title, expected)
                                  : fmt::format("{} is now at revision \"{}\", not \"{}\"; nothing was written",
                                                document.title, current, expected));
  error.next = "Read it again, then decide based on its current revision.";
  return error;
}

}  // namespace

std::optional<Error> check_exactly(const Json& before, const Json& wanted, const Json& stored) {
  const auto missed = differences(wanted, stored);
  if (missed.empty()) return std::nullopt;
  const auto asked = differences(before, wanted);
  const bool beyond = std::ranges::any_of(missed, [&](const Pointer& place) { return !overlap({place}, asked); });
  Error error(Errc::partial,
              fmt::format("The tenant accepted the change but stored something else at {}{}", describe(missed),
                          beyond ? ", including places that the change did not concern" : ""));
  error.next = "Read it and compare before you change anything else.";
  return error;
}

OpenDocument::OpenDocument(Tenant& tenant, Document document, DocumentLocks::Guard guard)
    : tenant_(&tenant), document_(std::move(document)), guard_(std::move(guard)) {}

net::Task<OpenDocument> open(Tenant& tenant, Document document) {
  auto guard = co_await tenant.edges().shared.locks.lock(document.target.path());
  if (guard.has_waited()) tenant.waited_for_turn();
  OpenDocument opened(tenant, std::move(document), std::move(guard));
  co_await opened.read();
  co_return std::move(opened);
}

net::Task<OpenDocument> open_beside(Tenant& tenant, net::Task<OpenDocument> opening, net::Task<> look) {
  const auto waits = tenant.waits();
  auto opened = co_await net::both(std::move(opening), std::move(look));
  opened.looked_since(waits);
  co_return std::move(opened);
}

net::Task<Written> rewrite(Tenant& tenant, Document document, Compute compute, Check check, std::string expected) {
  auto opened = co_await open(tenant, std::move(document));
  co_return co_await opened.save(std::move(compute), std::move(check), std::move(expected));
}

net::Task<> OpenDocument::read() {
  auto bearer = co_await tenant_->bearer(document_.write.scopes);
  const auto waits = tenant_->waits();
  current_ = co_await read_with(std::move(bearer));
  looked_ = tenant_->waits();
  bearer_was_there_ = looked_ == waits;
  requests_ = tenant_->trace().requests;
  ended_ = tenant_->trace().ended;
}

// The document, or a reply with status 404 and no body. The bearer of the write serves the read, too, where it can.
net::Task<Reply> OpenDocument::read_with(Bearer bearer) const {
  auto options = document_.read;
  if (options.scopes == document_.write.scopes) options.bearer = std::move(bearer);
  try {
    co_return co_await tenant_->get(document_.target, std::move(options));
  } catch (const Error& error) {
    if (!document_.may_be_absent || !says_missing(error)) throw;
  }
  co_return Reply{.status = 404, .body = nullptr};
}

RequestOptions OpenDocument::write_options(Bearer bearer) const {
  auto options = document_.write;
  options.bearer = std::move(bearer);
  if (!document_.conditional) return options;
  if (current_.status == 404) {
    options.headers.emplace_back("If-None-Match", "*");
  } else {
    need_revision();
    options.headers.emplace_back("If-Match", revision());
  }
  return options;
}

void OpenDocument::need_revision() const {
  if (!revision().empty()) return;
  Error error(Errc::conflict, fmt::format("The tenant shows no revision of {}; nothing was written", document_.title));
  error.next = "Call again later. Without a revision, a change by somebody else at the same time would go unnoticed.";
  throw error;
}

// Nothing was asked or waited for since.
bool OpenDocument::was_just_read() const {
  const auto& trace = tenant_->trace();
  return bearer_was_there_ && trace.requests == requests_ && trace.ended == ended_ && tenant_->waits() == looked_;
}

net::Task<> OpenDocument::look(const LookAgain& look_again) {
  if (!look_again || tenant_->waits() == looked_) co_return;
  looked_ = tenant_->waits();
  co_await look_again();
}

void OpenDocument::need_new_looks(const LookAgain& look_again) const {
  if (look_again) need_no_wait(*tenant_, looked_);
}

net::Task<Written> OpenDocument::save(Compute compute, Check check, std::string expected, LookAgain look_again) {
  need_document(document_, current_);
  if (!expected.empty() && current_.revision() != expected)
    throw other_revision(document_, expected, current_.revision());
  co_return co_await until_done(*tenant_, document_.write.scopes, [&](Bearer bearer) {
    return try_save(compute, check, expected, look_again, std::move(bearer));
  });
}

net::Task<Written> OpenDocument::try_save(const Compute& compute, const Check& check, const std::string& expected,
                                          const LookAgain& look_again, Bearer bearer) {
  co_await look(look_again);
  auto edit = co_await settle(compute, expected, bearer);
  if (!edit)
    co_return Written{
        .before = current_.body, .after = current_.body, .revision = current_.revision(), .changed = false};
  need_new_looks(look_again);
  co_return co_await write(std::move(*edit), check, std::move(bearer));
}

// The change on the newest copy, which then is `current_`.
net::Task<std::optional<Edit>> OpenDocument::settle(const Compute& compute, const std::string& expected,
                                                    Bearer bearer) {
  while (true) {
    auto edit = compute(current_.body);
    if (!edit) co_return edit;
    const auto mine = differences(current_.body, edit->after);
    if (overlap(theirs_, mine)) throw changed_meanwhile(document_, theirs_);
    if (!document_.read_twice && was_just_read()) co_return edit;
    auto fresh = co_await read_with(bearer);
    need_document(document_, fresh);
    const bool is_same = same(current_, fresh);
    if (!is_same) {
      if (!expected.empty()) throw other_revision(document_, expected, fresh.revision());
      const auto theirs = differences(current_.body, fresh.body);
      if (++recomputations_ > most_recomputations || overlap(theirs, mine)) throw changed_meanwhile(document_, theirs);
      theirs_.insert(theirs_.end(), theirs.begin(), theirs.end());
    }
    current_ = std::move(fresh);
    if (is_same) co_return edit;
  }
}

net::Task<Attempt> OpenDocument::rest_on(std::function<net::Task<Attempt>(Bearer)> send,
                                         std::function<void(const Json& fresh)> accept) {
  co_return co_await until_done(*tenant_, document_.write.scopes,
                                [&](Bearer bearer) { return try_send(send, accept, std::move(bearer)); });
}

net::Task<Attempt> OpenDocument::try_send(const std::function<net::Task<Attempt>(Bearer)>& send,
                                          const std::function<void(const Json& fresh)>& accept, Bearer bearer) {
  if (!was_just_read()) {
    auto fresh = co_await read_with(bearer);
    need_document(document_, fresh);
    if (!same(current_, fresh)) accept(fresh.body);
    current_ = std::move(fresh);
  }
  co_return co_await send(std::move(bearer));
}

net::Task<Removed> OpenDocument::remove(LookAgain look_again) {
  need_document(document_, current_);
  co_return co_await until_done(*tenant_, document_.write.scopes,
                                [&](Bearer bearer) { return try_remove(look_again, std::move(bearer)); });
}

net::Task<Removed> OpenDocument::try_remove(const LookAgain& look_again, Bearer bearer) {
  co_await look(look_again);
  if (!was_just_read()) {
    auto fresh = co_await read_with(bearer);
    need_document(document_, fresh);
    if (!same(current_, fresh)) throw changed_meanwhile(document_, differences(current_.body, fresh.body));
  }
  need_new_looks(look_again);
  co_return co_await remove_and_look(*tenant_, document_.target, current_.body, write_options(std::move(bearer)),
                                     document_.read);
}

net::Task<Written> OpenDocument::write(Edit edit, const Check& check, Bearer bearer) {
  Json body = edit.body.is_null() ? edit.after : edit.body;
  auto options = write_options(std::move(bearer));
  auto sent = co_await attempt(edit.by_patch ? tenant_->patch(document_.target, std::move(body), std::move(options))
                                             : tenant_->put(document_.target, std::move(body), std::move(options)));
  if (sent.is_open()) co_return co_await find_out(edit, check, std::move(sent.error()));
  co_return co_await confirm(edit, check, std::move(sent.value()));
}

net::Task<Written> OpenDocument::confirm(const Edit& edit, const Check& check, Reply reply) {
  Written written{.before = current_.body};
  if (!holds(reply.body, edit.after)) {
    try {
      reply = co_await read_with(nullptr);
      need_document(document_, reply);
    } catch (const Error& error) {
      written.notes.push_back(
          "The tenant accepted the change, but it could not be read back to check it, so "
          "that this result shows what was sent: " +
          error.message);
      written.after = edit.after;
      current_ = Reply{.status = 200, .body = edit.after};
      co_return written;
    }
  }
  if (auto problem = check(current_.body, edit.after, reply.body)) {
    problem->done = Json::array({document_.title + " written"});
    throw *problem;
  }
  written.revision = reply.revision();
  written.after = reply.body;
  current_ = std::move(reply);
  co_return written;
}

// No answer came for the write, or one that says nothing: the document itself tells, and the rest of the change where
// the document would look the same either way.
net::Task<Written> OpenDocument::find_out(const Edit& edit, const Check& check, Error failure) {
  std::optional<Reply> now;
  try {
    now = co_await read_with(nullptr);
    need_document(document_, *now);
  } catch (const Error&) {
    now.reset();
    // What is known stays "unknown"; the first failure says more than that of the second look.
  }
  if (!now) throw unclear(std::move(failure));
  const bool tells = !differences(current_.body, edit.after).empty();
  const auto problem = check(current_.body, edit.after, now->body);
  const bool shows = !problem && !edit.is_hidden;
  const bool is_former = same(current_, *now) && !edit.is_hidden;
  Rest rest{.done = tells && shows, .untouched = is_former};
  if (edit.look_at_rest && is_former) rest = co_await edit.look_at_rest();
  if (shows && rest.done) {
    Written written{
        .before = current_.body, .after = now->body, .revision = now->revision(), .notes = {found_after_all(failure)}};
    current_ = std::move(*now);
    co_return written;
  }
  if (is_former && rest.untouched) throw not_happened(std::move(failure));
  const auto places = describe(differences(edit.after, now->body));
  const auto known = fmt::format("it is neither as before nor as requested, at {}", places);
  throw unclear(std::move(failure), problem && !is_former ? known : "it does not show everything that was requested");
}

}  // namespace aic
