// The writes of one call with what was there before and afterwards, as far as the call itself has seen it. Previews and
// the journal of changes are both made of this.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aic/watch.h"

namespace aic {

// One write, sent or about to be.
struct WrittenRequest {
  std::string method;
  std::string path;    // of what is written: of a POST that creates, of what it made
  std::string target;  // as sent, with the query
  Json body;           // as sent
  Scopes scopes;
  http::Headers headers;
  std::optional<Json> before;  // null for "did not exist"; nothing where that is not known
  std::optional<Json> after;   // the same
  std::string revision;        // that it was computed on
  int status = 0;              // 0: its outcome is not known
  std::string transaction_id;
  bool creates = false;  // by POST, under an id of the tenant's

  bool is_deletion() const { return method == "DELETE"; }
  bool is_action() const { return method == "POST" && !creates; }
  // 2xx, or what may have happened.
  bool may_have_happened() const { return status < 300; }
};

// The document where there is one that is known; null for none.
inline const Json* known_document(const std::optional<Json>& document) {
  return document && document->is_object() ? &*document : nullptr;
}

// For whom and what a list of writes is, in its fingerprint.
struct Purpose {
  std::string tool;
  Json arguments;
  std::string person;
  std::string host;
};

// Notes the writes of a call and what it reads before and after them.
class Writing : public Watch {
 public:
  void answered(const Message& message, Reply& reply) override;
  void failed(const Message& message, int status) noexcept override;

  const std::vector<WrittenRequest>& written() const { return written_; }
  // A digest of these writes (R-PRE-03). Ids that the call or the tenant made for them do not count, so that a preview
  // and the call that follows have the same one. `made` are ids of the call's own.
  std::string fingerprint(const Purpose& purpose, const std::vector<std::string>& made) const;
  // A digest of each write that may have happened, with the revision that it rests on; in order. The same ids do not
  // count.
  std::vector<std::string> digests(const std::vector<std::string>& made) const;
  // A write that is about to be sent, with the document as the call has seen it.
  WrittenRequest planned(const Message& message) const;
  // The digest of one.
  std::string digest(const Message& message, const std::vector<std::string>& made) const;

  // The document at a path as it was last seen; null for a missing one. Nothing where it was not seen whole.
  std::optional<Json> seen(const std::string& path) const;
  // The same before the first write.
  std::optional<Json> first(const std::string& path) const;
  // True where it was seen after the first write.
  bool saw_since(const std::string& path) const { return first_.contains(path); }
  std::vector<std::string> paths() const;  // of all that was seen
  // True where all documents of a collection were listed before the first write.
  bool has_listed(const std::string& collection) const { return listed_.contains(collection); }

 protected:
  void saw(const std::string& path, Json document);
  bool has_written(const std::string& path) const;
  // The next reading of this path is none of the call's: the call does not rest on it.
  void look_ahead(const std::string& path) { looked_ahead_.insert(path); }
  void note(const Message& message, const Reply& reply);

 private:
  // What the message alone says, and the document as it was last seen.
  WrittenRequest as_sent(const Message& message) const;
  std::string revision_before(const std::string& path, const std::optional<Json>& before) const;
  std::string without_made(std::string text, const std::vector<std::string>& made) const;
  void saw_list_of_nodes(const std::string& collection, const Json& list);
  void saw_objects(const std::string& collection, const Json& list);
  void saw_definitions(const Json& definitions);

  std::map<std::string, Json> seen_;
  std::map<std::string, std::optional<Json>> first_;  // of what was seen since the first write
  std::set<std::string> listed_;
  std::vector<WrittenRequest> written_;
  std::set<std::string> looked_ahead_;
  std::vector<std::string> made_;  // ids and revisions that the tenant made for these writes
};

// True for a POST that adds an object to a collection.
bool is_creation(const Message& message);
// The address of an object of a collection.
std::string path_in(const std::string& collection, std::string_view id);
// The last segment, decoded.
std::string id_in(const std::string& path);
// The revision that a document shows; empty for none.
std::string revision_of(const Json& document);

// Random bytes, with the ids that were made of them.
class NotedRandom final : public base::Random {
 public:
  explicit NotedRandom(base::Random& random) : random_(random) {}
  std::string bytes(std::size_t count) override;
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  base::Random& random_;
  std::vector<std::string> ids_;
};

}  // namespace aic
