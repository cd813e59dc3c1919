// large-answers: what it costs to turn a large answer of the tenant into a result that fits the budget: CPU time and
// the memory at its highest, both without the network. Prints JSON for bench.mjs.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "tools/kit/result.h"
#include "tools/kit/trim.h"

namespace {

using base::Json;

// A page of log entries as AM writes them.
std::string page_of_logs(std::size_t entries, std::size_t bytes_each) {
  std::string page = R"({"result":[)";
  for (std::size_t i = 0; i < entries; ++i) {
    std::string entry = fmt::format(
        R"({{"payload":{{"_id":"aa-{0}","timestamp":"2026-11-28T02:25:30.123Z","eventName":"AM-NODE-LOGIN-COMPLETED",)"
        R"("transactionId":"0b1f-{0}/0","trackingIds":["t{0}"],"principal":["user{0}"],"realm":"/alpha","level":"INFO",)"
        R"("component":"Authentication","source":"audit","topic":"authentication","entries":[{{"info":{{)"
        R"("nodeOutcome":"true","treeName":"Login","displayName":"Data Store Decision","nodeType":"DataStoreDecisionNode",)"
        R"("authLevel":"0","nodeExtraLogging":{{}}}}}}],"http":{{"request":{{"headers":{{)",
        i);
    for (std::size_t header = 0; entry.size() + 200 < bytes_each; ++header)
      entry += fmt::format(R"-({0}"x-header-{1}":["value {1} of \"{2}\", as long as headers are: Mozilla/5.0 (X11)"])-",
                           header == 0 ? "" : ",", header, i);
    entry += R"(}}},"cookies":null,"list":[]},"timestamp":"2026-11-28T02:25:30.123456789Z","type":"application/json",)"
             R"("source":"am-authentication"})";
    page += (i == 0 ? "" : ",") + entry;
  }
  return page + fmt::format(R"(],"resultCount":"{}","pagedResultsCookie":"next"}})", entries);
}

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

std::size_t status_kb(const char* name) {
  std::size_t kb = 0;
  std::array<char, 256> line{};
  std::FILE* file = std::fopen("/proc/self/status", "r");
  const std::string form = fmt::format("{}: %zu kB", name);
  while (file && std::fgets(line.data(), line.size(), file) && std::sscanf(line.data(), form.c_str(), &kb) != 1) {
  }
  if (file) std::fclose(file);
  return kb;
}

// The peak so far no longer counts (proc(5), clear_refs).
void forget_peak() {
  std::FILE* file = std::fopen("/proc/self/clear_refs", "w");
  if (!file) return;
  std::fputs("5", file);
  std::fclose(file);
}

// As a listing tool has it: the page is read as far as it can be shown, shortened and cut.
std::size_t show_page(const std::string& body, bool whole) {
  constexpr std::size_t budget = 38'000;
  const base::PartOfList part{.list = "result",
                              .count = tools::least_size,
                              .enough = whole ? std::numeric_limits<std::size_t>::max() : 2 * budget};
  auto page = base::parse_part(body, part);
  auto result = tools::done(std::move(page.value));
  result.trims = {tools::shorten_texts("/result", 2000, "a smaller page shows them"), tools::leave_out_unset("/result"),
                  tools::cut_page("/result", "pageSize", page.left_out)};
  return tools::render(std::move(result), {.declares_output = true, .budget = {.max_chars = budget}}).text.size();
}

struct Figures {
  double ms = 0;
  double mb = 0;  // above what was there with the body
  std::size_t shown = 0;
};

// In a process of its own, whose memory nobody else has raised.
Figures measure(std::size_t entries, std::size_t bytes_each, bool whole) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) throw std::exception();
  const auto child = fork();
  if (child == 0) {
    const auto body = page_of_logs(entries, bytes_each);
    malloc_trim(0);
    forget_peak();
    const auto before = status_kb("VmRSS");
    const auto begin = cpu_ms();
    Figures figures{.shown = show_page(body, whole)};
    figures.ms = cpu_ms() - begin;
    figures.mb = static_cast<double>(std::max(status_kb("VmHWM"), before) - before + body.size() / 1024) / 1024;
    const bool sent = write(pipe_ends[1], &figures, sizeof figures) == sizeof figures;
    _exit(sent ? 0 : 1);
  }
  close(pipe_ends[1]);
  Figures figures;
  const bool received = read(pipe_ends[0], &figures, sizeof figures) == sizeof figures;
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!received || status != 0) throw std::exception();
  return figures;
}

Figures best_of(std::size_t entries, std::size_t bytes_each, bool whole) {
  Figures best = measure(entries, bytes_each, whole);
  for (int i = 0; i < 4; ++i) {
    const auto again = measure(entries, bytes_each, whole);
    best.ms = std::min(best.ms, again.ms);
  }
  return best;
}

void print(const char* name, const Figures& figures, const char* end) {
  std::puts(
      fmt::format(R"("{}":{{"ms":{:.1f},"mb":{:.1f},"shown":{}}}{})", name, figures.ms, figures.mb, figures.shown, end)
          .c_str());
}

}  // namespace

int main() {
  std::puts("{");
  print("page_4_mb", best_of(1000, 4000, false), ",");
  print("page_20_mb", best_of(1000, 20'000, false), ",");
  print("whole_20_mb", best_of(1000, 20'000, true), "}");
  return 0;
}
