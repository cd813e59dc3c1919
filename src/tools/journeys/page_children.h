// The nodes inside a page that updateJourneyNode is given with it. The tenant stores a page with references alone, so
// that each child is written on its own before the page; what comes of it is the same as in a journey that is written
// with its pages (R-JRN-03, -04, -20).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/kinds.h"
#include "tools/kit/tool.h"

namespace tools::journeys {

// Of one call. `given` are the page's settings as the call brings them, without faults; of a node that is no page, all
// of this does nothing.
class PageChildren {
 public:
  PageChildren(Call& call, std::string realm, NodeRef page, bool keep_others)
      : call_(call), realm_(std::move(realm)), page_(std::move(page)), keep_others_(keep_others) {}

  // Gives an id to each child that has none, or has one that is no id or another journey's.
  net::Task<> give_ids(Json& given, const Json& stored);
  // Reads what the tenant has of the children that the call brings settings for.
  net::Task<> read_settings(const Json& given, const Json& stored);
  void add_to(FittedSettings& fitted, Json& given);
  // Takes the children's settings out of the page's. Throws where they hold stand-ins for secrets that are not stored.
  void take_from(Json& given);
  // Writes them, one after another. What was written stays known when this throws.
  net::Task<> write();

  // The failure of a call that stops here, with what was written of the children and what was not.
  base::Error stopped(const base::Error& cause, const std::string& page) const;

  bool any() const { return !children_.empty(); }  // that the call brings settings for
  bool any_written() const { return !written_.empty(); }
  const std::vector<std::string>& written() const { return written_; }
  const std::vector<std::string>& notes() const { return notes_; }
  const Json& ids() const { return ids_; }  // what was given, or its place → id; where these differ
  const std::vector<std::string>& replaced() const { return replaced_; }
  // That the page is in, where the call brings children that need an id.
  const std::vector<std::string>& journeys() const { return journeys_; }
  // The page's settings with those of the children in place.
  Json with_former_settings(Json page) const;
  Json with_present_settings(Json page) const;

 private:
  struct Child {
    NodeRef node;
    std::string place;  // among the arguments
    Json settings;      // that the call brings
  };

  void note_ids(const Json& given, const Json& stored);
  net::Task<> look_at_realm();
  // What new ids are derived from: the journey that the page is in, or the page's id where that is not one journey.
  const std::string& namespace_of_ids() const { return journeys_.size() == 1 ? journeys_.front() : page_.id; }
  std::string free_id(const Json& key, const std::string& type);
  net::Task<> write(const Child& child);

  Call& call_;
  std::string realm_;
  NodeRef page_;
  bool keep_others_;
  std::vector<NodeRef> known_;         // children that the page has
  std::vector<std::string> journeys_;  // that the page is in
  TakenIds others_;                    // of the realm's other nodes
  TakenIds used_;                      // by the call
  Json ids_ = Json::object();
  std::vector<std::string> replaced_;
  std::vector<Child> children_;
  Json former_ = Json::object();   // settings by id, as far as they could be read; null for none
  Json present_ = Json::object();  // the same after the writes
  std::vector<std::string> written_;
  std::vector<std::string> notes_;
};

}  // namespace tools::journeys
