#include "sandbox/faults.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "base/error.h"
#include "sandbox/oauth/oauth.h"

namespace sandbox {
namespace {

using Action = Fault::Action;

constexpr std::array<std::pair<std::string_view, Action>, 10> actions = {{
    {"status", Action::status},
    {"html", Action::html},
    {"garbage", Action::garbage},
    {"empty", Action::empty},
    {"flood", Action::flood},
    {"drip", Action::drip},
    {"reset", Action::reset},
    {"hang", Action::hang},
    {"truncate", Action::truncate},
    {"delay", Action::delay},
}};

[[noreturn]] void refuse(const std::string& why) {
  throw base::Error(base::Errc::invalid_request, why);
}

Action parse_action(std::string_view name) {
  const auto found = std::ranges::find(actions, name, &decltype(actions)::value_type::first);
  if (found != actions.end()) return found->second;
  refuse(fmt::format(
      "unknown fault \"{}\": a status, html, garbage, empty, flood, drip, reset, hang, truncate or delay was expected",
      name));
}

int parse_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) refuse(fmt::format("\"{}\" is not a number", text));
  return number;
}

// The text as it would be in JSON, so that both forms are read by one function.
base::Json describe(const std::vector<std::string>& words) {
  if (words.size() < 3) refuse("a fault needs at least a method, a path and an action, e.g. GET /openidm 503");
  base::Json description = {{"method", words[0]}, {"path", words[1]}};
  const bool is_status = words[2].find_first_not_of("0123456789") == std::string::npos;
  if (is_status) {
    description["status"] = parse_number(words[2]);
  } else {
    description["action"] = words[2];
  }
  for (std::size_t i = 3; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : words[i].substr(equals + 1);
    if (name == "after" && value.empty()) {
      description["after"] = true;
    } else if (name == "count") {
      description["count"] = parse_number(value);
    } else if (name == "delay") {
      description["delayMs"] = parse_number(value);
    } else if (name == "bytes") {
      description["bytes"] = parse_number(value);
    } else if (name == "retry-after") {
      description["headers"] = {{"Retry-After", value}};
    } else if (name == "body-contains") {
      description["bodyContains"] = value;
    } else {
      refuse(fmt::format("unknown word \"{}\" in a fault", words[i]));
    }
  }
  return description;
}

void read_member(Fault& fault, const std::string& name, const base::Json& value) {
  if (name == "method") {
    fault.method = base::is_text(value, "*") ? "" : value.get<std::string>();
  } else if (name == "path") {
    fault.path = value.get<std::string>();
  } else if (name == "bodyContains") {
    fault.body_text = value.get<std::string>();
  } else if (name == "count") {
    fault.count = value.get<int>();
  } else if (name == "action") {
    fault.action = parse_action(value.get<std::string>());
  } else if (name == "status") {
    fault.status = value.get<int>();
  } else if (name == "body") {
    fault.body = value.is_string() ? value.get<std::string>() : base::print_json(value);
  } else if (name == "headers") {
    for (const auto& [header, text] : value.items()) fault.headers.emplace_back(header, text.get<std::string>());
  } else if (name == "delayMs") {
    fault.delay = net::Duration(value.get<int>());
  } else if (name == "after") {
    fault.after = value.get<bool>();
  } else if (name == "bytes") {
    fault.bytes = value.get<std::size_t>();
  } else if (name == "contentLength") {
    fault.content_length = value.get<bool>();
  } else {
    refuse(fmt::format("unknown member \"{}\" in a fault", name));
  }
}

// Blanks, which a JSON text may begin with.
net::Task<> flood(http::ServerReply::Sink& sink, std::size_t bytes) {
  constexpr std::size_t part = 64 * 1024;
  for (std::size_t sent = 0; sent < bytes; sent += part)
    co_await sink.send(std::string(std::min(part, bytes - sent), ' '));
}

net::Task<> send_and_break_off(http::ServerReply::Sink& sink, std::string part) {
  if (!part.empty()) co_await sink.send(std::move(part));
  throw http::BrokenOff();
}

net::Task<> drip(http::ServerReply::Sink& sink, net::Clock& clock, net::Duration pause, std::string body) {
  for (const char byte : body) {
    co_await sink.send(std::string(1, byte));
    co_await clock.sleep(pause);
  }
}

}  // namespace

Fault parse_fault(const base::Json& description) {
  if (!description.is_object()) refuse("a fault must be a JSON object");
  Fault fault;
  for (const auto& [name, value] : description.items()) {
    try {
      read_member(fault, name, value);
    } catch (const base::Json::exception&) {
      refuse(fmt::format("\"{}\" of a fault has the wrong type", name));
    }
  }
  if (fault.status < 200 || fault.status > 599) refuse("a status must be a number from 200 to 599");
  return fault;
}

Fault parse_fault_text(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parse_fault(describe(words));
}

std::string_view to_string(Fault::Action action) {
  return std::ranges::find(actions, action, &decltype(actions)::value_type::second)->first;
}

std::optional<Fault> Faults::take(const ApiRequest& request) {
  const auto fits = [&](const Fault& fault) {
    return (fault.method.empty() || fault.method == request.method) && request.path.starts_with(fault.path) &&
           request.body.find(fault.body_text) != std::string::npos;
  };
  const auto found = std::ranges::find_if(rules_, fits);
  if (found == rules_.end()) return std::nullopt;
  Fault fault = *found;
  if (found->count > 0) --found->count;
  if (found->count == 0) rules_.erase(found);
  return fault;
}

bool is_carried_out(const Fault& fault) {
  const bool spoils_the_way_only =
      fault.action == Action::delay || fault.action == Action::truncate || fault.action == Action::drip;
  return fault.after || spoils_the_way_only;
}

ApiReply faulty_reply(const Fault& fault, Area area, ApiReply real) {
  const auto error_of_area = [&] {
    if (area == Area::oauth) return oauth_error(fault.status, "server_error", "This fault was requested.");
    if (area == Area::idm || area == Area::am) return error_reply(fault.status, reason_phrase(fault.status));
    return plain_error_reply(fault.status, reason_phrase(fault.status));
  };
  ApiReply reply;
  switch (fault.action) {
    case Action::status:
      reply = error_of_area();
      break;
    case Action::html:
      reply = blocked_by_edge();
      break;
    case Action::garbage:
      reply = {.status = 200, .body = "<<< this is not JSON"};
      break;
    case Action::empty:
      reply = {.status = real.status};
      break;
    default:
      reply = std::move(real);
  }
  if (!fault.body.empty()) reply.body = fault.body;
  reply.headers.insert(reply.headers.end(), fault.headers.begin(), fault.headers.end());
  return reply;
}

bool is_unanswered(const Fault& fault) {
  return fault.action == Action::reset || fault.action == Action::hang;
}

net::Task<http::ServerReply> deliver(Fault fault, net::Clock& clock, http::ServerReply reply) {
  constexpr std::chrono::hours forever{24 * 365};
  const auto tell_length = [&reply](std::size_t size) {
    reply.headers.emplace_back("content-length", fmt::format("{}", size));
  };
  switch (fault.action) {
    case Action::reset:
      throw http::BrokenOff();
    case Action::hang:
      co_await clock.sleep(forever);
      break;
    case Action::truncate:
      tell_length(reply.body.size());
      reply.stream = [half = reply.body.substr(0, reply.body.size() / 2)](http::ServerReply::Sink& sink) {
        return send_and_break_off(sink, half);
      };
      break;
    case Action::drip:
      tell_length(reply.body.size());
      reply.stream = [&clock, pause = fault.delay, body = std::move(reply.body)](http::ServerReply::Sink& sink) {
        return drip(sink, clock, pause, body);
      };
      break;
    case Action::flood:
      reply.headers.emplace_back("content-type", "application/json");
      if (fault.content_length) tell_length(fault.bytes);
      reply.stream = [bytes = fault.bytes](http::ServerReply::Sink& sink) { return flood(sink, bytes); };
      break;
    default:
      break;
  }
  co_return std::move(reply);
}

}  // namespace sandbox
