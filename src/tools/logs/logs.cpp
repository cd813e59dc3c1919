// Reading the tenant's logs.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/failure.h"
#include "aic/paging.h"
#include "aic/pointer.h"
#include "aic/shared.h"
#include "base/nearest.h"
#include "base/time.h"
#include "tools/kit/tool.h"
#include "tools/logs/entries.h"
#include "tools/logs/filter.h"
#include "tools/logs/time.h"
#include "tools/logs/windows.h"

namespace tools::logs {
namespace {

constexpr std::int64_t kept_ms = 30 * longest_query_ms;

constexpr std::int64_t usual_page = 100;
constexpr std::int64_t largest_page = 1000;
// Entries of several queries (R-ECO-05). More than these are of no use unless they are counted.
constexpr std::int64_t usual_entries = 1000;
constexpr std::int64_t most_entries = 5000;
constexpr std::int64_t usual_counted = 20'000;
constexpr std::int64_t most_counted = 100'000;
// The tenant counts requests by the minute; who asks for more of them waits for the next one.
constexpr net::Duration longest_wait{90'000};
constexpr std::size_t most_empty_pages = 20;  // one after another

// Texts of an entry that are longer go before any entry does.
constexpr std::size_t long_payload_text = 2000;

const auto sources = list_of("sources", "Log sources to search, e.g. am-access. getLogSources lists all.",
                             text().in_form(syntax::log_source))
                         .at_least(1);
const auto begin_time =
    text("beginTime",
         "Start of the time range: a time such as 2026-01-31T08:15:30Z, or a time before now: -30s, -15m, -2h, -1d.")
        .in_form(syntax::log_time)
        .optional();
const auto end_time =
    text("endTime", "End of the time range, in the same forms, or now. At most 30 days after beginTime.")
        .in_form(syntax::log_time)
        .optional();
const auto transaction_id = text("transactionId", "Return only entries of this transaction.").optional();
const auto query_filter =
    text("queryFilter",
         "Return only entries that match, e.g. /payload/level eq \"ERROR\". Field paths begin with a slash.")
        .at_most(2000)
        .optional();
const auto fields = list_of("fields", "JSON pointers to the members of entries to return, e.g. /payload/eventName.",
                            json_pointer({}, {}))
                        .at_least(1)
                        .at_most(50)
                        .optional();
const auto count_by =
    json_pointer("countBy",
                 "JSON pointer, e.g. /payload/eventName. Returns how many entries have which value there, "
                 "instead of the entries.")
        .optional();
const auto max_entries =
    integer(
        "maxEntries",
        "Read page after page, up to so many entries: 5000 at most, or 100000 with countBy. Default above 24 hours: "
        "1000, with countBy 20000.")
        .between(1, most_counted)
        .optional();
const auto cookie =
    text("pagedResultsCookie",
         "pagedResultsCookie from the previous page, with all other arguments unchanged. Omit for the first page.")
        .optional();
const auto page_size =
    integer("pageSize", "Log entries per page. Default 100; 1000 where several pages are read in one call.")
        .between(1, largest_page)
        .optional();

aic::RequestOptions log_options(Call& call) {
  return {.scopes = {scope::logs}, .total_limit = call.tenant().limits().slow_total};
}

net::Task<Json> read_sources(Call& call) {
  const base::Target target("/monitoring/logs/sources");
  auto reply = co_await call.tenant().get(target, log_options(call));
  aic::need_content(target.path(), reply.body);
  const Json& names = base::member(reply.body, "result");
  if (!names.is_array() || !std::ranges::all_of(names, &Json::is_string)) {
    base::Error error(base::Errc::transient,
                      fmt::format("The tenant's answer to {} is not a list of names", target.path()));
    error.next = "Call again later.";
    throw error;
  }
  co_return std::move(reply.body);
}

net::Task<Result> get_log_sources(Call& call) {
  co_return done(co_await read_sources(call));
}

std::optional<std::int64_t> time_of(const std::optional<std::string>& text, std::int64_t now) {
  return text ? parse_log_time(*text, now) : std::nullopt;
}

// Several queries in one call: those of a range that is longer than one may be, or all pages.
bool reads_on(const std::optional<std::string>& counted, const std::optional<std::int64_t>& most,
              std::optional<std::int64_t> begin, std::optional<std::int64_t> end) {
  return counted || most || (begin && end && *end - *begin > longest_query_ms);
}

void check_times(Checking& checking) {
  const auto begin = time_of(checking.given(begin_time), checking.now_unix_ms);
  auto end = time_of(checking.given(end_time), checking.now_unix_ms);
  if (!end && reads_on(checking.given(count_by), checking.given(max_entries), begin, end))
    end = parse_log_time("now", checking.now_unix_ms);
  if (!begin || !end) return;
  if (*begin >= *end) {
    checking.refuse("beginTime", fmt::format("must be before endTime, which is {}", base::iso8601(*end)));
  } else if (*end - *begin > kept_ms) {
    checking.refuse("beginTime", fmt::format("must be at most 30 days before endTime: use {} to {}",
                                             base::iso8601(*end - kept_ms), base::iso8601(*end)));
  }
}

void check_query(Checking& checking) {
  if (const auto filter = checking.given(query_filter)) {
    if (auto violation = log_filter_violation(*filter); !violation.empty())
      checking.refuse("queryFilter", std::move(violation), short_form(*filter));
  }
  check_times(checking);
  const auto counted = checking.given(count_by);
  if (counted && checking.given(fields)) checking.refuse("fields", "must be left out with countBy, which gives counts");
  if (const auto most = checking.given(max_entries); most && *most > most_entries && !counted)
    checking.refuse("maxEntries", fmt::format("must be at most {} without countBy", most_entries));
}

// What one query asks for.
struct Asked {
  std::string begin, end;  // as the tenant takes them; empty: left to it
  std::string cookie;
  std::int64_t page_size = usual_page;
};

base::Target target_of(const Call& call, const Asked& asked) {
  base::Target target("/monitoring/logs");
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) target.query(name, value);
  };
  target.query("source", fmt::format("{}", fmt::join(call[sources], ",")));
  add("beginTime", asked.begin);
  add("endTime", asked.end);
  add("transactionId", call[transaction_id].value_or(""));
  add("_queryFilter", call[query_filter].value_or(""));
  add("_pagedResultsCookie", aic::plain_cookie(asked.cookie));
  add("_pageSize", std::to_string(asked.page_size));
  return target;
}

// A time of the caller as it goes out, and what its reader should know.
std::string sent_time(std::string_view name, const std::optional<std::string>& text, std::int64_t now,
                      std::vector<std::string>& notes) {
  const auto time = time_of(text, now);
  if (!text || !time) return {};
  auto absolute = base::iso8601(*time);
  const bool is_relative = *text == "now" || text->starts_with('-');
  if (is_relative)
    notes.push_back(fmt::format("{} {} was {}; use that value for further pages.", name, *text, absolute));
  if (name == "beginTime" && now - *time > kept_ms)
    notes.emplace_back("Logs are kept for 30 days; beginTime is earlier.");
  return absolute;
}

// Names the sources that do not exist, when that is why the tenant refused (R-LOG-03).
void explain_sources(base::Error& error, const std::vector<std::string>& asked, const Json& known_sources) {
  std::vector<std::string> known, unknown;
  for (const Json& name : base::member(known_sources, "result")) {
    if (name.is_string()) known.push_back(name.get<std::string>());
  }
  std::ranges::copy_if(asked, std::back_inserter(unknown),
                       [&](const std::string& name) { return std::ranges::find(known, name) == known.end(); });
  if (known.empty() || unknown.empty()) return;
  error.message = fmt::format("The tenant has no log source {}", fmt::join(unknown, ", "));
  const auto nearest = base::nearest(unknown.front(), known);
  error.next = fmt::format("{}The sources are {}.", nearest.empty() ? "" : fmt::format("Did you mean {}? ", nearest),
                           fmt::join(known, ", "));
}

net::Task<base::Error> explain(Call& call, base::Error error) {
  const bool may_be_source = !error.about_token && (error.status == 400 || error.status == 404);
  if (!may_be_source) co_return error;
  try {
    explain_sources(error, call[sources], co_await read_sources(call));
  } catch (const base::Error&) {
    // The first failure is the one that counts.
  }
  co_return error;
}

Fields fields_of(const Call& call) {
  return Fields(call[fields].value_or(std::vector<std::string>()));
}

// A result that lacks entries is not complete.
Trim marking(Trim cut) {
  return [cut = std::move(cut)](Json& value, std::size_t room) {
    const Json former = std::exchange(value["complete"], false);
    auto what = cut(value, room);
    if (!what) value["complete"] = former;
    return what;
  };
}

// Of a result with entries: they go after everything else that may go.
std::vector<Trim> trims_of_entries(Trim cut_entries) {
  return {shorten_texts("/result", long_payload_text,
                        "a smaller \"pageSize\", \"fields\" or a narrower queryFilter shows them in full"),
          leave_out_unset("/result"), marking(std::move(cut_entries))};
}

// Pointers that lead nowhere would leave empty entries without a word.
void note_unmet(const Fields& kept, std::vector<std::string>& notes) {
  const auto unmet = kept.unmet();
  if (!unmet.empty())
    notes.push_back(
        fmt::format("No entry here has {}. The members of an entry are timestamp, source, type and payload, "
                    "as in /payload/eventName.",
                    fmt::join(unmet, ", ")));
}

net::Task<Result> query_page(Call& call) {
  const auto now = call.clock().unix_ms();
  std::vector<std::string> notes;
  Asked asked{.begin = sent_time("beginTime", call[begin_time], now, notes),
              .end = sent_time("endTime", call[end_time], now, notes),
              .cookie = call[cookie].value_or(""),
              .page_size = call[page_size].value_or(usual_page)};
  const auto begin = time_of(call[begin_time], now);
  if (begin && asked.end.empty() && now - *begin > longest_query_ms)
    notes.emplace_back(
        "Without endTime the tenant searches at most 24 hours from beginTime on; endTime: \"now\" searches them all.");
  auto options = log_options(call);
  options.part = call.shown_part("result");
  auto kept = fields_of(call);
  options.part->keep = [&kept](Json entry) { return kept.keep(std::move(entry)); };
  auto sent = co_await aic::attempt(call.tenant().get(target_of(call, asked), std::move(options)));
  if (sent.failed()) co_return failed(co_await explain(call, std::move(sent.error())));
  aic::need_content(target_of(call, asked).path(), sent.reply().body, "result");
  Json page = std::move(sent.reply().body);
  const bool is_last = base::text_member(page, "pagedResultsCookie").empty();
  notes.emplace_back(is_last ? "Nothing follows this page." : "Not complete: more entries may follow this page.");
  page["complete"] = is_last;
  note_unmet(kept, notes);
  auto result = done(std::move(page), std::move(notes));
  result.trims = trims_of_entries(cut_page("/result", page_size.name(), sent.reply().left_out));
  co_return result;
}

// Reads a range in as many queries as it takes: part by part, each page by page, until there are enough.
class Search {
 public:
  Search(Call& call, Range range)
      : call_(call),
        range_(range),
        windows_(windows_of(range)),
        shown_(call.shown_part("result")),
        fields_(fields_of(call)),
        most_(call[max_entries].value_or(call[count_by] ? usual_counted : usual_entries)),
        cookie_(call[cookie].value_or("")) {
    if (const auto place = call[count_by]) {
      place_ = aic::Pointer::parse(*place);
      counts_.emplace();
    }
  }

  net::Task<> run() {
    begin_window();
    while (!is_over()) {
      call_.progress(progress());
      auto page = co_await ask();
      if (page.failed()) {
        failure_ = std::move(page.error());
        co_return;
      }
      ++pages_;
      take(page.reply().body);
    }
  }

  // Where nothing at all could be read.
  std::optional<base::Error> failure() const { return pages_ == 0 ? failure_ : std::nullopt; }

  Result result(std::vector<std::string> notes) {
    Json value{{"result", counts_ ? counts_->list() : std::move(entries_)}};
    value["resultCount"] = value["result"].size() + left_out_;
    if (counts_) {
      value["countedBy"] = call_[count_by].value_or("");
      value["entries"] = counts_->entries();
      value["withoutMember"] = counts_->without();
    }
    value["complete"] = is_complete();
    if (!is_read()) value["continueWith"] = rest();
    notes.push_back(note());
    for (const auto& window : given_up_)
      notes.push_back(
          fmt::format("Not complete from {} to {}: the tenant gave {} pages in a row without an entry, or the same "
                      "page again. A shorter time range or a narrower queryFilter may show more.",
                      base::iso8601(window.begin), base::iso8601(window.end), most_empty_pages + 1));
    note_unmet(fields_, notes);
    auto result = done(std::move(value), std::move(notes));
    if (counts_) {
      result.trims = {marking(cut_list("/result", "value", "a narrower queryFilter or time range gives fewer values"))};
    } else {
      result.trims = trims_of_entries(
          cut_page("/result", max_entries.name(), left_out_, {"continueWith", "continueWith", "continueWith"}));
    }
    return result;
  }

 private:
  bool is_read() const { return at_ == windows_.size(); }
  bool is_complete() const { return is_read() && given_up_.empty(); }
  // A page that may have more entries than are wanted is not asked for: none of them could be told, and the cookie
  // leads past them.
  bool is_over() const { return is_read() || room() < page_; }
  std::int64_t room() const { return most_ - read_; }

  // Pages of one query have one size. They fill what is wanted as well as they can.
  void begin_window() {
    const auto largest = call_[page_size].value_or(largest_page);
    const auto pages = std::max<std::int64_t>(1, (room() + largest - 1) / largest);
    page_ = cookie_.empty() ? std::max<std::int64_t>(1, room() / pages) : std::min(largest, room());
    empty_pages_ = 0;
  }

  net::Task<aic::Attempt> ask() {
    const auto& window = windows_[at_];
    const auto target = target_of(call_, {.begin = base::iso8601(window.asked_begin),
                                          .end = base::iso8601(window.end),
                                          .cookie = cookie_,
                                          .page_size = page_});
    auto options = log_options(call_);
    options.log_wait = longest_wait;
    options.part = {.list = shown_.list,
                    .count = [](const Json&) { return std::size_t{0}; },
                    .enough = std::numeric_limits<std::size_t>::max(),
                    .keep = [this](Json entry) { return slim(std::move(entry)); }};
    // What was read before is not lost, whatever became of this one.
    auto page = co_await aic::read_back(get(target, options));
    // Now it is known when the limit opens again: the second request waits for that.
    const auto wait = call_.tenant().edges().shared.logs_open_at - call_.clock().now();
    if (!page.failed_with(429) || wait <= net::Duration{0} || wait > longest_wait) co_return page;
    co_return co_await aic::read_back(get(target, options));
  }

  net::Task<aic::Reply> get(const base::Target& target, const aic::RequestOptions& options) {
    auto reply = co_await call_.tenant().get(target, options);
    aic::need_content(target.path(), reply.body, "result");
    co_return reply;
  }

  // What is needed of an entry: when it was logged, and what is counted or shown.
  Json slim(Json entry) {
    Json kept{{"timestamp", base::member(entry, "timestamp")}};
    if (counts_) {
      if (const Json* value = aic::find(entry, place_)) kept["value"] = *value;
    } else if (shown_size_ < shown_.enough) {
      kept["value"] = fields_.keep(std::move(entry));
    }
    return kept;
  }

  void take(Json& page) {
    const auto& window = windows_[at_];
    Json& entries = page["result"];
    for (Json& entry : entries) {
      if (!window.holds(entry)) continue;
      ++read_;
      if (counts_)
        counts_->add(entry.contains("value") ? &entry["value"] : nullptr);
      else
        show(entry);
    }
    empty_pages_ = entries.empty() ? empty_pages_ + 1 : 0;
    auto next = base::text_member(page, "pagedResultsCookie");
    const bool leads_nowhere = !next.empty() && (next == cookie_ || empty_pages_ > most_empty_pages);
    if (leads_nowhere) given_up_.push_back(window);
    cookie_ = leads_nowhere ? std::string() : std::move(next);
    if (!cookie_.empty()) return;
    ++at_;
    begin_window();
  }

  // Entries beyond what can be shown are only counted.
  void show(Json& entry) {
    if (shown_size_ >= shown_.enough) {
      ++left_out_;
      return;
    }
    shown_size_ += shown_.count(entry["value"]);
    entries_.push_back(std::move(entry["value"]));
  }

  std::string progress() const {
    const auto& window = windows_[at_];
    return fmt::format("searching the logs from {} to {} (part {} of {}); {} entries so far",
                       base::iso8601(window.begin), base::iso8601(window.end), at_ + 1, windows_.size(), read_);
  }

  // What a call that goes on from here takes instead of its own arguments.
  Json rest() const {
    Json rest{{"beginTime", base::iso8601(range_.begin)}, {"endTime", base::iso8601(windows_[at_].end)}};
    if (!cookie_.empty()) {
      rest["pagedResultsCookie"] = cookie_;
      rest["pageSize"] = page_;
    } else if (call_[cookie]) {
      rest["pagedResultsCookie"] = nullptr;  // that of this call leads into a part that is read
    }
    return rest;
  }

  std::string note() const {
    const auto read = fmt::format("{} {}", read_, read_ == 1 ? "entry" : "entries");
    if (is_read())
      return fmt::format("{} of the range was read: {} from {} to {}, in {} {}.", given_up_.empty() ? "All" : "Most",
                         read, base::iso8601(range_.begin), base::iso8601(range_.end), pages_,
                         pages_ == 1 ? "request" : "requests");
    constexpr std::string_view go_on = "The same call with the members of \"continueWith\" reads the rest.";
    const auto from = cookie_.empty()
                          ? fmt::format("before {}", base::iso8601(windows_[at_].end))
                          : fmt::format("from {} to {} in part, and before that", base::iso8601(windows_[at_].begin),
                                        base::iso8601(windows_[at_].end));
    if (!failure_)
      return fmt::format("Not complete: {} read, as maxEntries allows; not read is what was logged {}. {}", read, from,
                         go_on);
    std::string facts;
    if (failure_->status != 0) facts += fmt::format(", status {}", failure_->status);
    if (!failure_->transaction_id.empty()) facts += fmt::format(", transaction {}", failure_->transaction_id);
    return fmt::format("Not complete: after {} a request failed ({}{}): {}. {}{}Not read is what was logged {}. {}",
                       read, base::to_string(failure_->code), facts, failure_->message, failure_->next,
                       failure_->next.empty() ? "" : " ", from, go_on);
  }

  Call& call_;
  Range range_;
  std::vector<Window> windows_;
  base::PartOfList shown_;
  Fields fields_;
  aic::Pointer place_;  // what is counted
  std::int64_t most_;
  std::string cookie_;     // of the next page; empty for the first of a part
  std::size_t at_ = 0;     // the part that is read
  std::int64_t page_ = 0;  // entries per page in it
  std::int64_t read_ = 0;  // entries
  int pages_ = 0;
  std::size_t empty_pages_ = 0;   // one after another
  std::vector<Window> given_up_;  // whose pages led nowhere
  Json entries_ = Json::array();
  std::size_t shown_size_ = 0;  // of them
  std::size_t left_out_ = 0;    // entries that were read after these
  std::optional<Counts> counts_;
  std::optional<base::Error> failure_;
};

net::Task<Result> search_range(Call& call) {
  const auto now = call.clock().unix_ms() / 1000 * 1000;
  const auto end = time_of(call[end_time], now).value_or(now);
  const auto begin = time_of(call[begin_time], now).value_or(std::max<std::int64_t>(0, end - longest_query_ms));
  std::vector<std::string> notes;
  if (now - begin > kept_ms) notes.emplace_back("Logs are kept for 30 days; beginTime is earlier.");
  Search search(call, {begin, end});
  co_await search.run();
  if (auto failure = search.failure()) co_return failed(co_await explain(call, std::move(*failure)));
  co_return search.result(std::move(notes));
}

net::Task<Result> query_logs(Call& call) {
  const auto now = call.clock().unix_ms();
  const bool is_search =
      reads_on(call[count_by], call[max_entries], time_of(call[begin_time], now), time_of(call[end_time], now));
  co_return is_search ? co_await search_range(call) : co_await query_page(call);
}

const std::vector<Tool> family{
    {
        .name = "getLogSources",
        .title = "List log sources",
        .description = "Lists the log sources that queryLogs can search.",
        .scopes = {scope::logs},
        .hints = reads,
        .params = {},
        .run = get_log_sources,
    },
    {
        .name = "queryLogs",
        .title = "Search logs",
        .description =
            "Searches the logs of the last 30 days, or counts entries with countBy. Without beginTime and endTime, "
            "searches the last 24 hours. A longer range is read newest day first; complete tells whether all of it was "
            "read.",
        .scopes = {scope::logs},
        .hints = reads,
        .params = {sources, begin_time, end_time, transaction_id, query_filter, fields, count_by, max_entries, cookie,
                   page_size},
        .run = query_logs,
        .check = check_query,
        .output_schema = output_of({{"result", "array"}, {"complete", "boolean"}}),
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::logs
