#include "app/approval/page.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/approval/line_diff.h"
#include "app/data.h"
#include "base/encoding.h"
#include "base/text.h"
#include "http/server/inline_source.h"
#include "tools/kit/trim.h"
#include "tools/kit/unseen.h"

namespace app {
namespace {

using base::Json;

constexpr std::size_t most_differences = 200;
constexpr std::size_t most_lines = 400;       // of one difference
constexpr std::size_t longest_line = 64'000;  // bytes

// Text of others, fit for HTML and with nothing in it that is not seen.
std::string safe(std::string_view text) {
  return base::escape_html(tools::with_unseen_shown(std::string(text)));
}

std::string safe_line(std::string_view line) {
  if (line.size() <= longest_line) return base::escape_html(line);
  return base::escape_html(base::printable(line, longest_line)) +
         fmt::format(" [{} bytes more]", line.size() - longest_line);
}

std::string row(std::string_view kind, std::string_view mark, std::string_view text) {
  return fmt::format("<tr class=\"{}\"><td class=\"mark\">{}</td><td>{}</td></tr>\n", kind, mark, safe_line(text));
}

std::string row(const DiffLine& line) {
  switch (line.kind) {
    case DiffLine::Kind::removed:
      return row("minus", "−", line.text);
    case DiffLine::Kind::added:
      return row("plus", "+", line.text);
    case DiffLine::Kind::same:
      return row("same", "", line.text);
    case DiffLine::Kind::skipped:
      break;
  }
  return row("skip", "⋯", fmt::format("{} equal {}", line.skipped, line.skipped == 1 ? "line" : "lines"));
}

std::vector<DiffLine> all_lines(std::string_view text, DiffLine::Kind kind) {
  std::vector<DiffLine> lines;
  for (const auto line : lines_of(text)) lines.push_back({.kind = kind, .text = line});
  return lines;
}

std::string difference(const Json& entry) {
  const bool has_before = entry.contains("before"), has_after = entry.contains("after");
  const auto before = has_before ? readable(entry["before"]) : std::string();
  const auto after = has_after ? readable(entry["after"]) : std::string();
  std::vector<DiffLine> lines;
  if (has_before && has_after) {
    lines = line_diff(before, after);
  } else if (has_before || has_after) {
    lines = all_lines(has_before ? before : after, has_before ? DiffLine::Kind::removed : DiffLine::Kind::added);
  }
  std::string rows;
  for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) rows += row(lines[i]);
  if (lines.size() > most_lines)
    rows += row("skip", "⋯", fmt::format("{} more lines; all changes are in the download", lines.size() - most_lines));
  const auto note = base::text_member(entry, "note");
  if (!note.empty()) rows += row("skip", "", note);
  const auto path = base::text_member(entry, "path");
  return fmt::format("<div class=\"change\"><div class=\"path\"><code>{}</code></div><table>{}</table></div>\n",
                     path.empty() ? "whole document" : safe(path), rows);
}

std::string section(const Question::Step& step, std::size_t& left) {
  std::string changes;
  const auto shown = std::min(left, step.differences.size());
  for (std::size_t i = 0; i < shown; ++i) changes += difference(step.differences[i]);
  left -= shown;
  if (shown < step.differences.size())
    changes +=
        fmt::format("<p class=\"note\">{} more changes are in the download.</p>\n", step.differences.size() - shown);
  if (!step.note.empty()) changes += fmt::format("<p class=\"note\">{}</p>\n", safe(step.note));
  if (changes.empty()) changes = "<p class=\"note\">No content.</p>\n";
  return fmt::format(
      "<section><header><h2>{}</h2><code><span class=\"method{}\">{}</span> {}</code></header>\n{}</section>\n",
      safe(step.what), step.method == "DELETE" ? " delete" : "", safe(step.method), safe(step.target), changes);
}

std::string paragraphs(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += fmt::format("<p>{}</p>\n", safe(text));
  return texts.empty() ? "" : "<div class=\"notice\" role=\"note\">\n" + all + "</div>\n";
}

std::vector<std::string> notices(const Question& question) {
  std::vector<std::string> all;
  if (!question.moved.empty()) all.push_back(question.moved);
  all.insert(all.end(), question.warnings.begin(), question.warnings.end());
  if (!question.is_complete)
    all.emplace_back("Further steps depend on the tenant's answers. You will be asked about each of them.");
  return all;
}

std::string summary(const Question& question, const PageAddresses& addresses) {
  const auto steps = question.steps.size(), differences = question.differences();
  return fmt::format("{} {}, {} {}. <a href=\"{}\" download=\"changes.json\">Download all changes (JSON)</a>", steps,
                     steps == 1 ? "request" : "requests", differences, differences == 1 ? "change" : "changes",
                     addresses.download);
}

std::string form(const Question& question, const PageAddresses& addresses) {
  const auto repeat =
      question.is_destructive
          ? std::string()
          : fmt::format("<label><input type=\"checkbox\" name=\"{}\" value=\"15\">Allow {} for 15 minutes</label>\n",
                        repeat_field, safe(question.tool));
  return fmt::format(
      "<form method=\"post\" action=\"{0}\" autocomplete=\"off\">\n"
      "<input type=\"hidden\" name=\"{1}\" value=\"{2}\">\n"
      "<button class=\"approve{3}\" name=\"{4}\" value=\"{5}\">Approve</button>\n"
      "<button name=\"{4}\" value=\"{6}\">Decline</button>\n{7}</form>\n",
      addresses.answer, token_field, addresses.token, question.is_destructive ? " destructive" : "", decision_field,
      approve_value, decline_value, repeat);
}

std::string in_frame(std::string_view title, std::string_view body) {
  std::string page(data::approval_page_html);
  for (const auto& [name, value] : {std::pair{std::string_view("{{title}}"), title}, {"{{body}}", body}}) {
    page.replace(page.find(name), name.size(), value);
  }
  return page;
}

}  // namespace

std::string question_page(const Question& question, const PageAddresses& addresses) {
  std::string sections;
  std::size_t left = most_differences;
  for (const auto& step : question.steps) sections += section(step, left);
  return in_frame("Approve this change?",
                  fmt::format("<main>\n<h1>Approve this change?</h1>\n"
                              "<p class=\"lead\">An AI assistant asks to make it in your name.</p>\n"
                              "<dl class=\"facts\"><dt>Tenant</dt><dd>{}</dd><dt>Signed in</dt><dd>{}</dd>"
                              "<dt>Tool</dt><dd>{} <code>{}</code></dd><dt>Changes</dt><dd>{}</dd></dl>\n"
                              "{}{}{}<footer>AIC MCP server · fingerprint {}</footer>\n</main>",
                              safe(question.tenant), safe(question.person), safe(question.title), safe(question.tool),
                              summary(question, addresses), paragraphs(notices(question)), sections,
                              form(question, addresses), question.fingerprint.substr(0, 16)));
}

std::string notice_page(const std::string& title, const std::string& text, const std::string& tenant) {
  return in_frame(title, fmt::format("<main class=\"ended\">\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n"
                                     "<footer>AIC MCP server{}</footer>\n</main>",
                                     safe(title), safe(text), tenant.empty() ? "" : " · " + safe(tenant)));
}

http::Headers approval_headers() {
  // Not no-referrer: with it browsers would send `Origin: null` with the form.
  return {{"Cache-Control", "no-store"},
          {"Content-Security-Policy",
           fmt::format("default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src {}",
                       http::inline_source(data::approval_page_html, "style"))},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "same-origin"}};
}

}  // namespace app
