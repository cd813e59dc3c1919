#include "app/doctor/doctor.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "app/doctor/network.h"
#include "app/doctor/sign_in.h"
#include "app/program.h"
#include "auth/port_holder.h"
#include "auth/record_name.h"
#include "auth/redirect_listener.h"
#include "base/encoding.h"
#include "base/error.h"
#include "net/end_requests.h"

namespace app {
namespace {

constexpr net::Duration keychain_limit{10'000};

Finding skipped(std::string check, std::string why) {
  return {.check = std::move(check), .verdict = Verdict::skip, .cause = std::move(why)};
}

// Whether the port can be had, tried as a sign-in would.
bool is_port_free(const Patient& patient) {
  try {
    const auth::RedirectListener listener(patient.edges.loop, patient.redirect_port, "doctor");
    return true;
  } catch (const http::AddressInUse&) {
    return false;
  }
}

net::Task<Finding> check_port(const Patient& patient) {
  Finding finding{.check = "port", .cause = fmt::format("port {} of this machine is free", patient.redirect_port)};
  if (patient.options.flow == auth::Flow::device) co_return skipped("port", "sign-in by device code needs none");
  if (is_port_free(patient)) co_return finding;
  const auto holder = co_await auth::ask_port_holder(patient.edges.loop, patient.edges.clock, patient.redirect_port);
  if (holder.is_listener_of_ours) {
    finding.verdict = Verdict::warn;
    finding.cause =
        fmt::format("port {} is in use by another AIC MCP server, which is signing somebody in", patient.redirect_port);
    finding.remedy = "Finish that sign-in in its browser page, or stop that server.";
    co_return finding;
  }
  finding.verdict = Verdict::fail;
  finding.cause = fmt::format("port {} is in use by {}", patient.redirect_port,
                              holder.name.empty() ? "another program" : holder.name);
  finding.remedy = fmt::format(
      "Stop that program: the tenant sends the browser back to port {} and no other. Or set "
      "AIC_LOGIN=device.",
      patient.redirect_port);
  co_return finding;
}

net::Task<Finding> check_browser(const Patient& patient) {
  constexpr net::Duration limit{3'000};
  Finding finding{.check = "browser"};
  if (patient.options.flow == auth::Flow::device) co_return skipped("browser", "sign-in by device code opens none");
  const auto options = browser_options(patient.options);
  if (options.command && options.command->empty()) {
    finding.verdict = Verdict::warn;
    finding.cause = "BROWSER is empty: no browser is opened";
    finding.remedy = "Open the URL that the MCP client shows, or unset BROWSER.";
    co_return finding;
  }
  const auto opener =
      co_await patient.edges.loop.offload(patient.edges.clock, limit, [options] { return net::first_opener(options); });
  if (opener && !opener->empty()) {
    finding.cause = fmt::format("{} opens the sign-in page", *opener);
    co_return finding;
  }
  finding.verdict = Verdict::warn;
  finding.cause = "no program that opens a browser was found";
  finding.remedy = options.command
                       ? "Set BROWSER to a program that exists, or unset it."
                       : "Open the URL that the MCP client shows. To have a browser opened, pass DISPLAY or "
                         "WAYLAND_DISPLAY on and install xdg-utils, or set BROWSER.";
  co_return finding;
}

enum class Kept { yes, no, unavailable };

// On the keychain's thread. The record is named like those of sign-ins, so that the next server removes it where this
// process is killed in between.
Kept try_keychain(auth::TokenStore& store, const std::string& account, const base::Secret& value) {
  if (!store.available()) return Kept::unavailable;
  store.save(account, value);
  const auto loaded = store.load(account);
  store.erase(account);
  return loaded && loaded->equals(value.reveal()) && !store.load(account) ? Kept::yes : Kept::no;
}

net::Task<Finding> check_keychain(const Patient& patient, bool environment_failed) {
  const auto& edges = patient.edges;
  Finding finding{.check = "keychain"};
  if (edges.store->name().empty()) co_return skipped("keychain", "container mode keeps the token in memory only");
  const auto account = auth::print_record_name(
      auth::make_record_name("doctor", auth::this_process(), edges.clock.unix_ms() / 1000, edges.random));
  std::string why = "it did not answer in time";
  try {
    auto value = std::make_shared<const base::Secret>(base::hex(edges.random.bytes(32)));
    const auto kept = co_await edges.loop.offload(
        edges.keychain_thread, edges.clock, keychain_limit,
        [store = edges.store, account, value] { return try_keychain(*store, account, *value); });
    if (kept == Kept::yes) {
      finding.cause = fmt::format("{} wrote, read and deleted a record", edges.store->name());
      co_return finding;
    }
    if (kept == Kept::unavailable) why = "it is not there, or locked";
    if (kept == Kept::no) why = "it did not give back what was written, or did not delete it";
  } catch (const base::Error& error) {
    why = error.message;
  }
  finding.cause = fmt::format("{} cannot be used ({}): the token stays in memory", edges.store->name(), why);
  if (environment_failed) {
    finding.verdict = Verdict::skip;
    finding.cause = fmt::format("{} cannot be reached from this environment", edges.store->name());
    finding.remedy = "Correct the environment first.";
    co_return finding;
  }
  finding.verdict = Verdict::fail;
  finding.remedy =
      "Unlock the keychain, or start one (Linux: gnome-keyring or KWallet on the session bus). Sign-in works "
      "without it too.";
  co_return finding;
}

// Notes each finding as it comes.
class Notes {
 public:
  explicit Notes(OnFinding on_finding) : on_finding_(std::move(on_finding)) {}
  void add(Finding finding) {
    on_finding_(finding);
    findings_.push_back(std::move(finding));
  }
  const Findings& all() const { return findings_; }

 private:
  OnFinding on_finding_;
  Findings findings_;
};

net::Task<> ask_tenant(const Patient& patient, Notes& notes) {
  const Options& options = patient.options;
  if (!options.faults.empty()) {
    for (const char* check : {"name", "proxy", "tls", "clock", "clients"})
      notes.add(skipped(check, "the settings come first"));
    co_return;
  }
  const Probes probes = co_await probe_tenant(patient);
  const auto now = patient.edges.clock.unix_ms();
  notes.add(check_name(options, probes.login));
  notes.add(check_connection(options, probes.login));
  notes.add(check_tls(options, probes.login, patient.certificate->facts(), now));
  notes.add(check_clock(probes.login, now));
  notes.add(check_clients(options, probes));
}

}  // namespace

net::Task<Findings> examine(Patient patient, OnFinding on_finding) {
  Notes notes(std::move(on_finding));
  notes.add(check_settings(patient.options, patient.environment));
  notes.add(check_environment(patient.options, patient.environment));
  co_await ask_tenant(patient, notes);
  notes.add(co_await check_port(patient));
  notes.add(co_await check_browser(patient));
  notes.add(co_await check_keychain(patient, has_failed(notes.all(), "environment")));
  notes.add(check_memory(patient.granted));
  notes.add(check_audit_file(patient.options));
  co_return notes.all();
}

namespace {

net::Task<> run_checks(Patient patient, OnFinding on_finding, bool with_sign_in, Findings& findings,
                       std::function<void()>& cancel) {
  findings = co_await examine(patient, on_finding);
  if (!with_sign_in) co_return;
  if (has_failed(findings)) {
    findings.push_back(skipped("sign-in", "the failed checks come first"));
    on_finding(findings.back());
    co_return;
  }
  auto more = co_await try_sign_in(patient, on_finding, cancel);
  for (auto& finding : more) findings.push_back(std::move(finding));
}

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

int run_doctor(const Patient& patient, bool with_sign_in, bool as_json) {
  net::Loop& loop = patient.edges.loop;
  Findings findings;
  std::exception_ptr fault;
  std::function<void()> cancel;
  const OnFinding on_finding = [as_json](const Finding& finding) {
    if (!as_json) write(print(finding));
  };
  auto running =
      loop.spawn(run_checks(patient, on_finding, with_sign_in, findings, cancel), [&](const std::exception_ptr& error) {
        fault = error;
        loop.stop();
      });
  const net::EndRequests end_requests(loop, [&](std::string_view) {
    if (cancel) return cancel();
    running.cancel();
  });
  loop.run();
  if (fault) std::rethrow_exception(fault);
  if (as_json) write(to_json(findings).dump(2) + "\n");
  return has_failed(findings) ? 1 : 0;
}

}  // namespace app
