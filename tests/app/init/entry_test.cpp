// The texts of clients' configurations: what is written into them, and that everything else stays (R-INI-01).
#include "app/init/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/init/clients.h"

namespace app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const ServerEntry aic = {.name = "aic", .program = "/opt/aic-mcp-server", .tenant = "https://t.example.com"};
const ServerEntry moved = {.name = "aic", .program = "C:\\new\\aic.exe", .tenant = "https://u.example.com"};

const McpClient& client(std::string_view name) {
  return *find_client(name);
}

// The whole life of an entry in a document: written, written again, changed, removed.
void live(std::string_view name, std::string_view before, std::string_view with_entry, std::string_view after) {
  SCOPED_TRACE(before);
  const auto& of = client(name);
  const auto added = of.set(before, aic);
  EXPECT_THAT(added.fault, IsEmpty());
  EXPECT_EQ(added.text, with_entry);
  EXPECT_TRUE(added.has_changed);
  const auto again = of.set(added.text, aic);
  EXPECT_EQ(again.text, with_entry);
  EXPECT_FALSE(again.has_changed);
  const auto changed = of.set(added.text, moved);
  EXPECT_TRUE(changed.has_changed);
  EXPECT_THAT(changed.text, AllOf(HasSubstr(R"(C:\\new\\aic.exe)"), Not(HasSubstr("t.example.com"))));
  EXPECT_EQ(of.set(changed.text, aic).text, with_entry);
  const auto removed = of.remove(added.text, "aic");
  EXPECT_EQ(removed.text, after);
  EXPECT_FALSE(of.remove(removed.text, "aic").has_changed);
  EXPECT_EQ(of.remove(removed.text, "aic").text, after);
}

void live(std::string_view name, std::string_view before, std::string_view with_entry) {
  live(name, before, with_entry, before);
}

std::string fault_of(std::string_view name, std::string_view text) {
  const auto edited = client(name).set(text, aic);
  EXPECT_FALSE(edited.has_changed) << text;
  EXPECT_THAT(edited.text, IsEmpty()) << text;
  return edited.fault;
}

std::string with_crlf(std::string_view text) {
  return with_line_breaks(text, "\r\n");
}

constexpr std::string_view json_entry = R"("aic": {
      "command": "/opt/aic-mcp-server",
      "args": [],
      "env": {
        "AIC_BASE_URL": "https://t.example.com"
      }
    })";

TEST(InitJson, MakesADocumentWhereThereIsNone) {
  const std::string whole = "{\n  \"mcpServers\": {\n    " + std::string(json_entry) + "\n  }\n}\n";
  for (const char* blank : {"", "  \n"}) live("cursor", blank, whole, "{\n  \"mcpServers\": {\n  }\n}\n");
  EXPECT_EQ(client("cursor").set(byte_order_mark, aic).text, std::string(byte_order_mark) + whole);
  EXPECT_EQ(client("cursor").set("\r\n", aic).text, with_crlf(whole));
  EXPECT_EQ(client("cursor").show(aic), whole);
}

TEST(InitJson, KeepsCommentsOrderIndentationAndOtherServers) {
  const std::string before = R"(// mine
{
  "z": 1.50, /* as it is */
  "mcpServers": {
    // the other one
    "other": { "command": "x" } // stays
  },
  "a": [1, 2,],
}
)";
  std::string with_entry = before;
  with_entry.replace(with_entry.find(" // stays"), 9, ", // stays\n    " + std::string(json_entry));
  live("cursor", before, with_entry);
  live("cursor", with_crlf(before), with_crlf(with_entry));
  live("cursor", std::string(byte_order_mark) + before, std::string(byte_order_mark) + with_entry);
}

TEST(InitJson, TakesTheDocumentsIndentation) {
  live("zed", "{\n\t\"theme\": \"dark\"\n}\n",
       "{\n\t\"theme\": \"dark\",\n\t\"context_servers\": {\n\t\t\"aic\": {\n\t\t\t\"source\": "
       "\"custom\",\n\t\t\t\"command\": "
       "\"/opt/aic-mcp-server\",\n\t\t\t\"args\": [],\n\t\t\t\"env\": {\n\t\t\t\t\"AIC_BASE_URL\": "
       "\"https://t.example.com\"\n\t\t\t}\n\t\t}\n\t}\n}\n",
       "{\n\t\"theme\": \"dark\",\n\t\"context_servers\": {\n\t}\n}\n");
}

TEST(InitJson, WritesIntoOneLine) {
  live(
      "cursor", R"({"mcpServers":{"x":{"command":"y"}},"b":2})",
      R"({"mcpServers":{"x":{"command":"y"}, "aic": {"command":"/opt/aic-mcp-server","args":[],"env":{"AIC_BASE_URL":"https://t.example.com"}}},"b":2})");
  const auto between = client("cursor").remove(R"({"mcpServers":{"x":1, "aic": {}, /* c */ "y":2}})", "aic");
  EXPECT_EQ(between.text, R"({"mcpServers":{"x":1, /* c */ "y":2}})");
  const auto commented = client("cursor").remove(R"({"mcpServers":{"x":1, /* c */ "aic": {}}})", "aic");
  EXPECT_EQ(commented.text, R"({"mcpServers":{"x":1 /* c */ }})");
}

TEST(InitJson, KeepsWhatThePersonAddedToTheEntry) {
  const std::string before = R"({
  "mcpServers": {
    "aic": {
      "command": "/old", // from the other disk
      "args": ["-y", "aic-mcp-server"],
      "env": { "AIC_READ_ONLY": "true", "AIC_BASE_URL": "https://old.example.com" },
      "disabled": true
    }
  }
})";
  std::string after = before;
  after.replace(after.find("/old\""), 4, "/opt/aic-mcp-server");
  after.replace(after.find(R"(["-y", "aic-mcp-server"])"), 24, "[]");
  after.replace(after.find("old.example"), 3, "t");
  const auto edited = client("cursor").set(before, aic);
  EXPECT_EQ(edited.text, after);
  EXPECT_FALSE(client("cursor").set(after, aic).has_changed);
  // As the README has it: without arguments.
  const auto* brief =
      R"({"mcpServers": {"aic": {"command": "/opt/aic-mcp-server", "env": {"AIC_BASE_URL": "https://t.example.com"}}}})";
  EXPECT_FALSE(client("cursor").set(brief, aic).has_changed);
}

TEST(InitJson, LeavesAloneWhatItCannotRead) {
  for (const char* broken : {"{", "[]", "{\"a\": }", "{\"a\" 1}", "{\"a\": 1} x", "{'a': 1}", "{\"a\": 01}",
                             "{\"a\": \"\x01\"}", "{\"a\": 1 \"b\": 2}", "{,}", "{\"a\": [,]}", "{\"a\": 1,,}", "/* ",
                             "nonsense", "{\"a\": \"\\", "{\"mcpServers\": {\"aic\": {\"command\": \"x\""})
    EXPECT_THAT(fault_of("cursor", broken), HasSubstr("not JSON: line 1")) << broken;
  EXPECT_THAT(fault_of("cursor", "{\n\"a\": \"\xff\"\n}"), HasSubstr("not JSON: line 2"));
  EXPECT_THAT(fault_of("cursor", R"({"mcpServers": []})"), HasSubstr("mcpServers is not an object"));
  EXPECT_THAT(fault_of("cursor", R"({"mcpServers": {"aic": 1}})"), HasSubstr("aic is not an object"));
  EXPECT_THAT(fault_of("cursor", R"({"mcpServers": {"aic": {"env": "x"}}})"), HasSubstr("env is not an object"));
  EXPECT_THAT(fault_of("cursor", R"({"mcpServers": {"aic": {"url": "https://x"}}})"),
              HasSubstr("choose another --name"));
  EXPECT_THAT(client("cursor").remove("{", "aic").fault, HasSubstr("not JSON"));
  EXPECT_THAT(client("cursor").remove(R"({"mcpServers": {"aic": 1, "aic": 2}})", "aic").fault,
              HasSubstr("more than one"));
  std::string deep = R"({"a": )";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  EXPECT_THAT(fault_of("cursor", deep), HasSubstr("not JSON"));
}

TEST(InitJson, KnowsTheKindsOfEntries) {
  EXPECT_THAT(client("claude-code").show(aic), AllOf(HasSubstr("\"mcpServers\""), HasSubstr("\"type\": \"stdio\"")));
  EXPECT_THAT(client("vscode").show(aic), AllOf(HasSubstr("\"servers\""), HasSubstr("\"type\": \"stdio\"")));
  EXPECT_THAT(client("zed").show(aic), AllOf(HasSubstr("\"context_servers\""), HasSubstr("\"source\": \"custom\"")));
  for (const char* name : {"claude-desktop", "cursor", "gemini-cli", "windsurf"})
    EXPECT_THAT(client(name).show(aic), AllOf(HasSubstr("\"mcpServers\""), Not(HasSubstr("type")))) << name;
}

std::string toml_entry() {
  return client("codex").show(aic);
}

TEST(InitToml, AppendsItsTable) {
  live("codex", "", toml_entry());
  live("codex", "model = \"x\"\n", "model = \"x\"\n\n" + toml_entry());
  live("codex", "model = \"x\"", "model = \"x\"\n\n" + toml_entry(), "model = \"x\"\n");
  live("codex", "a = 1\r\n", "a = 1\r\n\r\n" + with_crlf(toml_entry()));
  live("codex", byte_order_mark, std::string(byte_order_mark) + toml_entry());
}

TEST(InitToml, KeepsTheRest) {
  const std::string before = R"toml(# mine
model = "x"   # as it is
notify = [ "a", # why
  'b', ]
"quoted key".part = { a = 1, "b.c" = [ { d = 1979-05-27 07:32:00 }, ] }
long = """
[mcp_servers.aic]
command = "not this \""""
raw = '''
# '''
float = -1_000.5e-3
when = 1979-05-27T07:32:00Z
never = -inf

[mcp_servers.other] # ours
command = "y"

[[list]]
x = 1
[[list]]
x = 2
)toml";
  live("codex", before, before + "\n" + toml_entry());
}

TEST(InitToml, KeepsWhatThePersonAddedToTheEntry) {
  const std::string before = R"([mcp_servers.aic]
startup_timeout_sec = 20
command = '/old' # from the other disk
args = [
  "-y",
]

[other]
x = 1

[mcp_servers.aic.env]
AIC_READ_ONLY = "true"

[mcp_servers.aic.tools.drawJourney]
approval_mode = "approve"

[last]
)";
  std::string after = before;
  after.replace(after.find("'/old'"), 6, "\"/opt/aic-mcp-server\"");
  after.replace(after.find("[\n  \"-y\",\n]"), 11, "[]");
  after.replace(after.find("AIC_READ_ONLY"), 0, "AIC_BASE_URL = \"https://t.example.com\"\n");
  const auto edited = client("codex").set(before, aic);
  EXPECT_THAT(edited.fault, IsEmpty());
  EXPECT_EQ(edited.text, after);
  EXPECT_FALSE(client("codex").set(after, aic).has_changed);
  EXPECT_EQ(client("codex").remove(after, "aic").text, "[other]\nx = 1\n\n[last]\n");
}

TEST(InitToml, KnowsTheOtherFormsOfATable) {
  const auto set = [](std::string_view text) {
    const auto edited = client("codex").set(text, aic);
    EXPECT_FALSE(client("codex").set(edited.text, aic).has_changed) << text;
    return edited.fault.empty() ? edited.text : edited.fault;
  };
  EXPECT_EQ(set("[mcp_servers]\naic = { command = \"x\", env = {} }\n"),
            "[mcp_servers]\naic = { command = \"/opt/aic-mcp-server\", env = { AIC_BASE_URL = "
            "\"https://t.example.com\" } }\n");
  EXPECT_EQ(set("[mcp_servers.\"aic\"]\ncommand = \"/opt/aic-mcp-server\"\nenv.A = \"b\""),
            "[mcp_servers.\"aic\"]\nenv.AIC_BASE_URL = \"https://t.example.com\"\ncommand = "
            "\"/opt/aic-mcp-server\"\nenv.A = \"b\"");
  EXPECT_EQ(set("[mcp_servers.aic]"),
            "[mcp_servers.aic]\nenv = { AIC_BASE_URL = \"https://t.example.com\" }\ncommand = \"/opt/aic-mcp-server\"");
  EXPECT_EQ(client("codex").remove("a = 1\n[mcp_servers]\naic = { command = \"x\" }\nb = {}\n", "aic").text,
            "a = 1\n[mcp_servers]\nb = {}\n");
}

TEST(InitToml, LeavesAloneWhatItCannotRead) {
  for (const char* broken : {"a", "a =", "a = b", "[a", "[[a]", "a = \"x", "a = 'x\n'", "a = [1, 2", "a = {b = 1",
                             "a = 1 b = 2", "= 1", "a. = 1", "a = \"\"\"x", "[]", "a = \"x\\", "a = [,]", "{}"})
    EXPECT_THAT(fault_of("codex", broken), HasSubstr("not TOML: line 1")) << broken;
  for (const char* broken : {"{", "x = 2", "x.y = 2", "[x]", "[x.y]", "y = 12abc", "y = 1__0", "y = 01", "y = 1.",
                             "y = 0xg", "y = 2026-1-1", "y = \"\\q\"", "y = \"\\u12\"", "y = \"\x01\"",
                             "y = {a = 1, a = 2}", "y = {a = 1, a.b = 2}", "y = +", "y = 1e"})
    EXPECT_THAT(fault_of("codex", fmt::format("x = 1\n{}\n", broken)), HasSubstr("not TOML: line 2")) << broken;
  for (const char* twice : {"[a]\n[b]\n[a]\n", "[a]\n[[b]]\n[[a]]\n", "[a]\nx = 1\nx = 1\n", "[[a]]\nx = 1\n[a]\n",
                            "a.b = 1\n[a]\n", "[a.b]\n[[a]]\n", "a.b = 1\n[[a]]\n"})
    EXPECT_THAT(fault_of("codex", twice), HasSubstr("not TOML")) << twice;
  for (const char* fine :
       {"[[a]]\nx = 1\n[a.b]\n[[a]]\nx = 1\n[a.b]\n", "a.b = 1\na.c = 2\n", "[a.b]\n[a]\nx = 1\n",
        "x = [{a = 1}, {a = 2}]\n", "x = \"\"\"a\\\n  b\"\"\"\n", "x = \"\\u00e9\\t\\\\\"\n", "x = 'a\\q'\n",
        "x = [+1_000, 0x1F, 0.5e-3, inf, -nan, 1979-05-27 07:32:00.5Z, 07:32:00, 1979-05-27T07:32:00-07:00]\n"})
    EXPECT_TRUE(client("codex").set(fine, aic).has_changed) << fine;
  for (const char* other :
       {"mcp_servers = { other = {} }", "[[mcp_servers]]\nname = \"aic\"", "[[mcp_servers.aic]]\nx = 1",
        "mcp_servers = { aic = { command = \"x\" } }", "mcp_servers.aic.command = \"x\""})
    EXPECT_THAT(fault_of("codex", other), HasSubstr("mcp_servers.aic is written in a form")) << other;
  EXPECT_THAT(fault_of("codex", "[mcp_servers.aic]\nurl = \"https://x\""), HasSubstr("choose another --name"));
  std::string deep = "a = ";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  EXPECT_THAT(fault_of("codex", deep), HasSubstr("not TOML"));
}

std::string yaml_entry(std::string_view before = {}) {
  auto text = client("goose").show(aic);
  text.erase(0, text.find('\n') + 1);
  return std::string(before) + text;
}

TEST(InitYaml, MakesADocumentWhereThereIsNone) {
  const auto whole = "extensions:\n" + yaml_entry();
  live("goose", "", whole, "extensions: {}\n");
  live("goose", "extensions: {}\n", whole, "extensions: {}\n");
  live("goose", "A: b\nextensions:\n", "A: b\n" + whole, "A: b\nextensions: {}\n");
  live("goose", "A: b", "A: b\n" + whole, "A: b\nextensions: {}\n");
  live("goose", "A: b\r\n", "A: b\r\n" + with_crlf(whole), "A: b\r\nextensions: {}\r\n");
}

TEST(InitYaml, KeepsTheRest) {
  const std::string head = R"(# mine
GOOSE_PROVIDER: "a: b"   # as it is
extensions:
  developer:
    bundled: true
    args:
    - -y
    - 'x: y'
    description: |
      aic:
        cmd: not this
    note: "over
      two lines"
    env_keys: []
)";
  const std::string tail = "list:\n- a\n- b: c\n  d: e\nGOOSE_MODEL: x\n";
  live("goose", head + tail, head + yaml_entry() + tail);
  live("goose", head, head + yaml_entry());
  const std::string wide = "extensions:\n    developer:\n        enabled: true\n";
  EXPECT_THAT(client("goose").set(wide, aic).text, HasSubstr(wide + "    \"aic\":\n        enabled: true\n"));
}

TEST(InitYaml, KeepsWhatThePersonAddedToTheEntry) {
  const std::string before = R"(extensions:
  aic:
    enabled: false
    cmd: /old # from the other disk
    args:
    - -y
    - aic-mcp-server
    envs:
      AIC_READ_ONLY: 'true'
    timeout: 60
  other:
    cmd: x
)";
  std::string after = before;
  after.replace(after.find("/old"), 4, "\"/opt/aic-mcp-server\"");
  constexpr std::string_view arguments = "args:\n    - -y\n    - aic-mcp-server";
  after.replace(after.find(arguments), arguments.size(), "args: []");
  after.replace(after.find("    timeout"), 0, "      AIC_BASE_URL: \"https://t.example.com\"\n");
  const auto edited = client("goose").set(before, aic);
  EXPECT_EQ(edited.fault + edited.text, after);
  EXPECT_FALSE(client("goose").set(after, aic).has_changed);
  EXPECT_EQ(client("goose").remove(after, "aic").text, "extensions:\n  other:\n    cmd: x\n");
  const auto none = client("goose").set("extensions:\n  aic:\n    cmd: x\n    envs: {}\n", aic);
  EXPECT_THAT(none.text, HasSubstr("    envs:\n      AIC_BASE_URL: \"https://t.example.com\"\n"));
}

TEST(InitYaml, LeavesAloneWhatItCannotRead) {
  for (const char* broken : {"{a: b}", "nonsense", "a: b\nnonsense", "a: b\n---\nc: d", "\ta: b", "? a\n: b", "[a]"})
    EXPECT_THAT(fault_of("goose", broken), HasSubstr("not YAML in block form")) << broken;
  for (const char* broken : {"a: \"x", "a: 'x", "a: [1, 2", "a: {b: 1", "a: b: c", "a: \"x\" y", "a: [1}", "a: @x",
                             "a: - b", "a: \"x\nb: y\"", "a: [1,\nb: 2]", "a: |+\n  x\n"})
    EXPECT_THAT(fault_of("goose", broken), HasSubstr("not YAML in block form: line 1")) << broken;
  EXPECT_THAT(fault_of("goose", "a: 1\nb: 2\na: 3"), HasSubstr("it has a twice"));
  EXPECT_THAT(fault_of("goose", "a:\n  b:\n    c: 1\n    'c': 2\n"), HasSubstr("it has c twice"));
  EXPECT_TRUE(client("goose").set("a:\n  c: 1\nb:\n  c: 2\n  d:\n  - c: 1\n  - c: 2\n", aic).has_changed);
  for (const char* fine : {"a: \"x\\\" # y\"\n", "a: 'it''s'  # c\n", "a: [1, \"]\", {b: c}] # [\n",
                           "a: \"x\n  y: z\n  w\"\n", "a: http://x#y\n", "a: |\n  \"x\n  [\n",
                           "a:\n- \"b\": c\n- 'x'\n- [1,\n  2]\n", "a: it's [one\n", "\"a b\": x\n", "a: &x\n  b: c\n"})
    EXPECT_TRUE(client("goose").set(fine, aic).has_changed) << fine << client("goose").set(fine, aic).fault;
  for (const char* other : {"extensions: {a: {}}", "extensions:\n- a", "extensions:\n  aic: {cmd: x}", "extensions: x",
                            "extensions:\n  aic:\n    envs: {A: b}", "extensions:\n  aic:\n    cmd: |\n      x"})
    EXPECT_THAT(fault_of("goose", other), HasSubstr("is written in a form")) << other;
  EXPECT_THAT(fault_of("goose", "extensions:\n  aic:\n    uri: https://x"), HasSubstr("choose another --name"));
  EXPECT_THAT(fault_of("goose", "extensions:\n  a:\n    b: c\nextensions:\n  a:\n    b: c"), HasSubstr("twice"));
}

// What a name may be, no form can take for something else.
TEST(InitEntry, TakesNamesThatLookLikeOtherValues) {
  for (const char* name : {"on", "1", "null", "true", "a-b_c"}) {
    const ServerEntry entry = {.name = name, .program = "/p", .tenant = "https://t.example.com"};
    for (const McpClient& each : mcp_clients()) {
      const auto added = each.set("", entry);
      EXPECT_TRUE(added.has_changed) << each.name << name;
      EXPECT_FALSE(each.set(added.text, entry).has_changed) << each.name << name;
      EXPECT_TRUE(each.remove(added.text, name).has_changed) << each.name << name;
    }
  }
}

}  // namespace
}  // namespace app
