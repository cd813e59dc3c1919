#include "aic/document.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/difference.h"
#include "aic/failure.h"

namespace aic {
namespace {

using base::Errc;
using base::Error;

constexpr int recomputations = 2;  // R-WRT-04

net::Task<Reply> read_document(Tenant& tenant, const Document& document) {
  std::optional<Error> absent;
  try {
    co_return co_await tenant.get(document.target, document.read);
  } catch (const Error& error) {
    if (error.status != 404 || !document.may_be_absent || is_about_token(error)) throw;
  }
  co_return Reply{.status = 404, .body = nullptr};
}

// Neither a change nor a check can be based on an answer that holds no document.
void need_document(const Document& document, const Reply& reply) {
  if (reply.status != 404) need_content(document.target.path(), reply.body);
}

net::Task<Reply> read_whole(Tenant& tenant, const Document& document) {
  auto reply = co_await read_document(tenant, document);
  need_document(document, reply);
  co_return std::move(reply);
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
  Error error(Errc::conflict, fmt::format("{} was changed by somebody else meanwhile, at {}; nothing was written",
                                          document.title, places.empty() ? "its revision" : describe(places)));
  error.next = "Read it again, then decide anew.";
  return error;
}

Error other_revision(const Document& document, const std::string& expected, const std::string& current) {
  Error error(Errc::conflict, current.empty()
                                  ? fmt::format("{} has no revision to compare with \"{}\"; nothing was written",
                                                document.title, expected)
                                  : fmt::format("{} has revision \"{}\" by now, not \"{}\"; nothing was written",
                                                document.title, current, expected));
  error.next = "Read it again, then decide anew with its current revision.";
  return error;
}

}  // namespace

std::optional<Error> check_exactly(const Json& before, const Json& wanted, const Json& stored) {
  const auto missed = differences(wanted, stored);
  if (missed.empty()) return std::nullopt;
  const auto asked = differences(before, wanted);
  const bool beyond = std::ranges::any_of(missed, [&](const Pointer& place) { return !overlap({place}, asked); });
  Error error(Errc::partial,
              fmt::format("The tenant took the change, but it does not show as asked at {}{}", describe(missed),
                          beyond ? ", which includes places that it did not concern" : ""));
  error.next = "Read it and compare before changing anything else.";
  return error;
}

OpenDocument::OpenDocument(Tenant& tenant, Document document, DocumentLocks::Guard guard, Reply current)
    : tenant_(&tenant), document_(std::move(document)), guard_(std::move(guard)), current_(std::move(current)) {}

net::Task<OpenDocument> open(Tenant& tenant, Document document) {
  auto guard = co_await tenant.world().shared.locks.lock(document.target.path());
  auto current = co_await read_document(tenant, document);
  co_return OpenDocument(tenant, std::move(document), std::move(guard), std::move(current));
}

net::Task<Written> rewrite(Tenant& tenant, Document document, Compute compute, Check check, std::string expected) {
  auto opened = co_await open(tenant, std::move(document));
  co_return co_await opened.save(std::move(compute), std::move(check), std::move(expected));
}

net::Task<Written> OpenDocument::save(Compute compute, Check check, std::string expected) {
  need_document(document_, current_);
  auto edit = co_await settle(compute, expected);
  if (!edit)
    co_return Written{
        .before = current_.body, .after = current_.body, .revision = current_.revision(), .changed = false};
  co_return co_await write(std::move(*edit), check);
}

// The change on the newest copy, which then is `current_`.
net::Task<std::optional<Edit>> OpenDocument::settle(const Compute& compute, const std::string& expected) {
  if (!expected.empty() && current_.revision() != expected)
    throw other_revision(document_, expected, current_.revision());
  for (int attempt = 0;; ++attempt) {
    auto edit = compute(current_.body);
    if (!edit) co_return std::nullopt;
    auto fresh = co_await read_whole(*tenant_, document_);
    if (same(current_, fresh)) co_return edit;
    if (!expected.empty()) throw other_revision(document_, expected, fresh.revision());
    const auto theirs = differences(current_.body, fresh.body);
    if (attempt == recomputations || overlap(theirs, differences(current_.body, edit->after)))
      throw changed_meanwhile(document_, theirs);
    current_ = std::move(fresh);
  }
}

net::Task<Written> OpenDocument::write(Edit edit, const Check& check) {
  Json body = edit.body.is_null() ? edit.after : edit.body;
  std::optional<Error> failure;
  Reply reply;
  try {
    reply = edit.by_patch ? co_await tenant_->patch(document_.target, std::move(body), document_.write)
                          : co_await tenant_->put(document_.target, std::move(body), document_.write);
  } catch (const Error& error) {
    // A gateway's 5xx leaves as much open as a lost connection does (R-WRT-09).
    if (error.code != Errc::outcome_unknown && error.status < 500) throw;
    failure = error;
  }
  if (failure) co_return co_await find_out(edit, check, std::move(*failure));
  co_return co_await confirm(edit, check, std::move(reply));
}

net::Task<Written> OpenDocument::confirm(const Edit& edit, const Check& check, Reply reply) {
  Written written{.before = current_.body};
  const bool has_body = !reply.body.is_null();
  if (!has_body) written.notes.emplace_back("The tenant's answer had no readable body.");
  if (!holds(reply.body, edit.after)) {
    try {
      reply = co_await read_whole(*tenant_, document_);
    } catch (const Error& error) {
      written.notes.push_back("The tenant took the change; it could not be read back to check it: " + error.message);
      written.after = edit.after;
      co_return written;
    }
  }
  if (auto problem = check(current_.body, edit.after, reply.body)) {
    problem->done = Json::array({document_.title + " written"});
    throw *problem;
  }
  written.revision = reply.revision();
  written.after = std::move(reply.body);
  co_return written;
}

// No answer came for the write, or one that says nothing: the document itself tells, and the rest of the change where
// the document would look the same either way.
net::Task<Written> OpenDocument::find_out(const Edit& edit, const Check& check, Error failure) {
  std::optional<Reply> now;
  try {
    now = co_await read_whole(*tenant_, document_);
  } catch (const Error&) {
    // What is known stays "unknown"; the first failure says more than that of the second look.
  }
  if (!now) throw unclear(std::move(failure));
  const bool tells = !differences(current_.body, edit.after).empty();
  const bool shows = !check(current_.body, edit.after, now->body).has_value();
  const bool is_former = same(current_, *now);
  Rest rest{.done = tells && shows, .untouched = is_former};
  if (edit.look_at_rest && is_former) rest = co_await edit.look_at_rest();
  if (shows && rest.done)
    co_return Written{.before = current_.body,
                      .after = now->body,
                      .revision = now->revision(),
                      .notes = {"The write got no proper answer (" + failure.message +
                                "), but reading the document back shows that it happened."}};
  if (!is_former || !rest.untouched) throw unclear(std::move(failure));
  throw not_happened(std::move(failure));
}

}  // namespace aic
