// Documents of the tenant that are changed by writing them back: read, compute, read again, compare, write, check
// (R-WRT-01 to -09, -12). The one place for it: managed configuration, themes, journeys, scripts, realm settings, CORS.
// What the change is, and what the answer must show, is the caller's business.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aic/attempt.h"
#include "aic/pointer.h"
#include "aic/shared.h"
#include "aic/tenant.h"

namespace aic {

// One document and how it is asked for.
struct Document {
  std::string title;  // "the managed object definitions", for messages
  base::Target target;
  RequestOptions read;
  RequestOptions write;
  bool may_be_absent = false;  // then `current` is null where the tenant answers 404
  // Before the first write, too, it is read again and compared (R-WRT-03). Without it the first reading is the last
  // one, as long as nothing else was asked of the tenant since.
  bool read_twice = true;
  // Writes carry the revision that was read in If-Match, and If-None-Match: * where there was nothing. A document that
  // shows no revision is not written (R-WRT-02).
  bool conditional = false;
};

// How that part of a change stands which the document does not show, as nodes' settings that are sent with a journey.
struct Rest {
  bool done = false;       // all of it is as it should be
  bool untouched = false;  // all of it is as it was before the write
};

// A change of a document.
struct Edit {
  Json after;              // the document as it shall be
  Json body = nullptr;     // what is sent, where that is not `after` itself
  bool by_patch = false;   // PATCH instead of PUT
  bool is_hidden = false;  // part of it is never shown, as a secret: then the document does not tell of a lost write
  // Looks at the rest of the change after a write without an answer; empty where the document shows all of it.
  std::function<net::Task<Rest>()> look_at_rest = {};
};

// The change, computed from the document as it is; nothing when it is in place already. Throws Error to refuse. Is
// called again on a fresh copy when somebody else changed the document meanwhile.
using Compute = std::function<std::optional<Edit>(const Json& current)>;

// Compares what the tenant holds after the write with what should be; an Error{partial} when that matters. After a
// write without a proper answer this alone tells that it happened: it compares what is stored, not only that something
// is.
using Check = std::function<std::optional<base::Error>(const Json& before, const Json& wanted, const Json& stored)>;

// Every difference between wanted and stored matters, also one that the change had nothing to do with.
std::optional<base::Error> check_exactly(const Json& before, const Json& wanted, const Json& stored);

// Looks again at what a change rests on besides the document: who uses it, whether what it names is there. Throws to
// refuse. Is called where the call had to wait for something since it looked (R-WRT-14).
using LookAgain = std::function<net::Task<>()>;

struct Written {
  Json before;                     // what the change was computed on
  Json after;                      // what the tenant holds now
  std::string revision;            // its revision, where there is one
  bool changed = true;             // false: it was in place already, nothing was sent
  std::vector<std::string> notes;  // what the caller should know: no body in the answer, not checked, …
};

// A document under change: no other call of this process writes it until this is dropped.
class OpenDocument {
 public:
  OpenDocument(OpenDocument&&) noexcept = default;
  OpenDocument& operator=(OpenDocument&&) = delete;

  // As it was read, or written since.
  const Json& current() const { return current_.body; }
  // It may be absent, and is, by the tenant's own word.
  bool is_missing() const { return current_.status == 404; }
  std::string revision() const { return current_.revision(); }
  // Throws where it shows none, for a caller that wants to know before it does anything else (R-WRT-02).
  void need_revision() const;

  // Tells since when the call has looked at what the change rests on besides the document, where that was before it was
  // opened: Tenant::waits() then.
  void looked_since(int waits) { looked_ = waits; }

  // Writes the change. With an `expected` revision the document must still have it. Throws Error{conflict} when
  // somebody else's change stands in the way, Error{partial} by `check`. The rest of a change is only looked at where
  // the document does not tell whether the write happened.
  net::Task<Written> save(Compute compute, Check check = check_exactly, std::string expected = {},
                          LookAgain look_again = {});

  // Sends something else that rests on this document. `accept` is called when it had to be read again and differs; it
  // throws where the change no longer fits.
  net::Task<Attempt> rest_on(std::function<net::Task<Attempt>(Bearer)> send,
                             std::function<void(const Json& fresh)> accept);

  // Deletes the document, which must be as it was read. Throws Error{conflict} when somebody else changed it, and
  // what remove_and_look throws.
  net::Task<Removed> remove(LookAgain look_again = {});

 private:
  friend net::Task<OpenDocument> open(Tenant& tenant, Document document);
  OpenDocument(Tenant& tenant, Document document, DocumentLocks::Guard guard);

  net::Task<> read();
  net::Task<Reply> read_with(Bearer bearer) const;
  RequestOptions write_options(Bearer bearer) const;
  bool was_just_read() const;
  net::Task<> look(const LookAgain& look_again);
  void need_new_looks(const LookAgain& look_again) const;
  net::Task<Written> try_save(const Compute& compute, const Check& check, const std::string& expected,
                              const LookAgain& look_again, Bearer bearer);
  net::Task<Attempt> try_send(const std::function<net::Task<Attempt>(Bearer)>& send,
                              const std::function<void(const Json& fresh)>& accept, Bearer bearer);
  net::Task<Removed> try_remove(const LookAgain& look_again, Bearer bearer);
  net::Task<std::optional<Edit>> settle(const Compute& compute, const std::string& expected, Bearer bearer);
  net::Task<Written> write(Edit edit, const Check& check, Bearer bearer);
  net::Task<Written> confirm(const Edit& edit, const Check& check, Reply reply);
  net::Task<Written> find_out(const Edit& edit, const Check& check, base::Error failure);

  Tenant* tenant_;
  Document document_;
  DocumentLocks::Guard guard_;
  Reply current_;
  int requests_ = 0;               // of the call, when `current_` was read
  int ended_ = 0;                  // of these: what ends later may have gone on for long
  int looked_ = 0;                 // Tenant::waits() when the call last looked at what the change rests on
  int recomputations_ = 0;         // of the change on a fresh copy
  std::vector<Pointer> theirs_;    // what somebody else changed meanwhile
  bool bearer_was_there_ = false;  // before `current_` was read
};

// Waits for other calls' changes of this document, then reads it.
net::Task<OpenDocument> open(Tenant& tenant, Document document);

// Opens a document while `look` looks at what its change rests on besides it. Where both fail, it is the failure of the
// opening that is thrown.
net::Task<OpenDocument> open_beside(Tenant& tenant, net::Task<OpenDocument> opening, net::Task<> look);

// open and save.
net::Task<Written> rewrite(Tenant& tenant, Document document, Compute compute, Check check = check_exactly,
                           std::string expected = {});

}  // namespace aic
