// `aic-mcp-server init`: the file of each client, what stays of it, and clients that read it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import YAML from "yaml";

import { binaries, here } from "./support/paths.mjs";
import { clean_environment } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const program = `${binaries}/aic-mcp-server`;
const tenant = "https://openam-example.forgeblocks.com";
const files = {
  "claude-code": ".claude.json",
  "claude-desktop": ".config/Claude/claude_desktop_config.json",
  cursor: ".cursor/mcp.json",
  vscode: ".config/Code/User/mcp.json",
  "gemini-cli": ".gemini/settings.json",
  codex: ".codex/config.toml",
  windsurf: ".codeium/windsurf/mcp_config.json",
  zed: ".config/zed/settings.json",
  goose: ".config/goose/config.yaml",
};
const sections = { vscode: "servers", zed: "context_servers", goose: "extensions" };

let home;
before(() => (home = mkdtempSync(join(tmpdir(), "aic-init-"))));
after(() => rmSync(home, { recursive: true }));

function environment(more) {
  const kept = clean_environment();
  for (const name of Object.keys(kept)) if (/^(XDG_|CLAUDE|CODEX|GEMINI|GOOSE)/.test(name)) delete kept[name];
  return { ...kept, HOME: home, ...more };
}
function run(words, more) {
  return spawnSync(program, ["init", ...words], { env: environment(more), encoding: "utf8", input: "" });
}
function init(client, ...words) {
  const { status, stdout, stderr } = run(["--client", client, "--tenant", tenant, ...words]);
  assert.equal(status, 0, stderr);
  return stdout;
}
const path_of = (client) => join(home, files[client]);
const text_of = (client) => readFileSync(path_of(client), "utf8");

describe("init", () => {
  test("stops with a list where nobody can be asked", () => {
    const none = run(["--tenant", tenant]);
    assert.equal(none.status, 1);
    assert.match(none.stderr, /No MCP client was found[^]*claude-code[^]*goose/);
    mkdirSync(join(home, ".cursor"));
    const one = run([], { AIC_BASE_URL: tenant });
    assert.equal(one.status, 1);
    assert.match(one.stderr, /were found:\n {2}cursor +Cursor\nName one with --client/);
    assert.equal(existsSync(path_of("cursor")), false);
  });

  test("asks where there is a terminal", { skip: existsSync("/usr/bin/script") ? false : "needs script (util-linux)" }, async () => {
    const child = spawn("/usr/bin/script", ["-qec", `'${program}' init --tenant ${tenant}`, "/dev/null"],
      { env: environment(), stdio: ["pipe", "pipe", "inherit"] });
    let seen = "";
    child.stdout.on("data", (part) => {
      seen += part;
      if (/Which one\? $/.test(seen)) child.stdin.write("cursor\n");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 0, seen);
    assert.match(seen, /Cursor: .* now has the entry aic/);
    rmSync(join(home, ".cursor"), { recursive: true });
  });

  test("writes the entry into a file of each client, once, and takes it out", () => {
    for (const client of Object.keys(files)) {
      assert.match(init(client), /now has the entry aic/);
      const written = text_of(client);
      assert.match(init(client), /already has the entry aic/);
      assert.equal(text_of(client), written);
      assert.equal(statSync(path_of(client)).mode & 0o777, 0o600);
      assert.equal(init(client, "--print"), written);
      if (client !== "codex") {
        const { [sections[client] ?? "mcpServers"]: { aic } } = (client === "goose" ? YAML.parse : JSON.parse)(written);
        assert.deepEqual([aic.command ?? aic.cmd, aic.args, aic.env ?? aic.envs], [program, [], { AIC_BASE_URL: tenant }]);
      }
      assert.match(init(client, "--remove"), /no longer has the entry aic/);
      assert.doesNotMatch(text_of(client), /AIC_BASE_URL/);
      assert.match(init(client, "--remove"), /does not have the entry aic/);
    }
  });

  test("leaves a copy, and everything else in the YAML of Goose as a parser reads it", () => {
    const mine = "# mine\nGOOSE_MODEL: x\nextensions:\n  developer:\n    args:\n    - -y\n    note: |\n      aic:\n        cmd: y\nlast: {a: [1, b]}\n";
    const copy_before = readFileSync(`${path_of("goose")}.bak`, "utf8");
    writeFileSync(path_of("goose"), mine);
    init("goose");
    assert.equal(readFileSync(`${path_of("goose")}.1.bak`, "utf8"), mine);
    assert.equal(readFileSync(`${path_of("goose")}.bak`, "utf8"), copy_before);
    const { extensions: { aic, ...others }, ...rest } = YAML.parse(text_of("goose"));
    assert.equal(aic.cmd, program);
    assert.deepEqual({ ...rest, extensions: others }, YAML.parse(mine));
    init("goose", "--remove");
    assert.equal(text_of("goose"), mine);
  });

  test("does not touch what it cannot read or must not write, and says why", () => {
    for (const [client, broken] of [["cursor", "{ \"a\": 1"], ["codex", "a = "], ["goose", "a: b\n nonsense\nc"]]) {
      mkdirSync(dirname(path_of(client)), { recursive: true });
      writeFileSync(path_of(client), broken);
      const { status, stdout, stderr } = run(["--client", client, "--tenant", tenant]);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^aic-mcp-server: .* was not changed: it is not (JSON|TOML|YAML)/);
      assert.equal(text_of(client), broken);
    }
    writeFileSync(path_of("cursor"), "{}");
    chmodSync(path_of("cursor"), 0o400);
    assert.match(run(["--client", "cursor", "--tenant", tenant]).stderr, /read-only/);
    rmSync(path_of("cursor"));
  });

  test("never writes a secret: it takes no other variable, and no URL with a password", () => {
    const { status, stderr } = run(["--client", "cursor", "--tenant", "https://me:hunter2@t.example.com"]);
    assert.equal(status, 1);
    assert.doesNotMatch(stderr, /hunter2/);
    run(["--client", "cursor", "--tenant", tenant], { AIC_LOGIN: "device", HTTPS_PROXY: "http://me:hunter2@proxy:1" });
    assert.deepEqual(Object.keys(JSON.parse(text_of("cursor")).mcpServers.aic.env), ["AIC_BASE_URL"]);
    rmSync(path_of("cursor"));
  });
});

// ./dev clients installs them.
const clients = `${here}/../../build/clients/npm/node_modules`;
const without = (path) => (existsSync(`${clients}/${path}`) ? false : "needs ./dev clients, which installs the client");
const list = (file, words, more) =>
  spawnSync(file, [...words, "mcp", "list"], { env: environment(more), encoding: "utf8", cwd: home, timeout: 60_000 });

describe("clients read what init wrote", () => {
  const shows_entry = ({ stdout, stderr, status }) => {
    assert.equal(status, 0, stderr);
    assert.match(stdout + stderr, new RegExp(`aic[^]*${program}`));
  };
  test("Claude Code", { skip: without("@anthropic-ai/claude-code-linux-x64") }, () => {
    init("claude-code");
    shows_entry(list(`${clients}/@anthropic-ai/claude-code-linux-x64/claude`, [],
      { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" }));
  });
  test("Codex", { skip: without("@openai/codex") }, () => {
    writeFileSync(path_of("codex"), "# mine\nmodel = \"x\"\n\n[mcp_servers.other]\ncommand = \"true\"\n");
    init("codex");
    const all = list(process.execPath, [`${clients}/@openai/codex/bin/codex.js`]);
    shows_entry(all);
    assert.match(all.stdout, /^other /m);
  });
  test("Gemini CLI", { skip: without("@google/gemini-cli") }, () => {
    init("gemini-cli");
    shows_entry(list(process.execPath, [`${clients}/@google/gemini-cli/bundle/gemini.js`], { GEMINI_API_KEY: "made-up", GEMINI_CLI_TRUST_WORKSPACE: "true" }));
  });
});
