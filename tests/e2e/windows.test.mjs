// The Windows programs, run by Wine: a person signs in, an assistant calls tools, and the token stays in the
// Credential Manager for as long as the server runs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createInterface } from "node:readline";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { redirect_port } from "./support/missing.mjs";
import { parts } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";
import { Wine, missing, programs, windows_path } from "./support/wine.mjs";

const users = { name: "queryManagedObjects", arguments: { objectType: "alpha_user", pageSize: 2 } };
const session = 1; // CRED_PERSIST_SESSION
const grants = async (sandbox) =>
  (await sandbox.requests()).filter((seen) => seen.path === "/am/oauth2/access_token").map((seen) => seen.grantType);

describe("on Windows, as Wine has it", { skip: missing() || redirect_port }, () => {
  let sandbox;
  let wine;
  before(async () => {
    [sandbox, wine] = await Promise.all([Sandbox.start(), Wine.start()]);
  });
  after(async () => {
    await Promise.all([sandbox?.stop(), wine?.stop()]);
  });

  // Settings for a server in Wine; what opens the browser is a program of Linux, which Wine starts as it is.
  const settings = (more) => {
    const { AIC_BASE_URL, BROWSER } = sandbox.environment();
    return { AIC_BASE_URL, BROWSER, AIC_CA_FILE: windows_path(sandbox.caFile), ...more };
  };

  test("the Credential Manager splits long values, and tells what is missing (store_windows_test)", async () => {
    const { code, output } = await wine.run_in({}, "store_windows_test.exe", "--gtest_brief=1");
    assert.equal(code, 0, output);
  });

  test("the Credential Manager keeps the contract of all key stores (stores_test)", async () => {
    const { code, output } = await wine.run_in({ AIC_TEST_SYSTEM_STORE: "1" }, "stores_test.exe", "--gtest_brief=1");
    assert.equal(code, 0, output);
    assert.match(output, /PASSED/);
  });

  test("refuses to start with a credential, in words and with exit code 1", async () => {
    const server = wine.server(settings({ AIC_CLIENT_SECRET: "s3cret-value" }));
    assert.deepEqual(await server.ended, { code: 1, signal: null });
    assert.match(server.stderr, /AIC_CLIENT_SECRET/);
    assert.ok(!server.stderr.includes("s3cret-value"));
  });

  test("does not trust the sandbox without its CA file", async () => {
    const server = wine.server(settings({ AIC_CA_FILE: "" }));
    await server.initialize();
    const { result } = await server.call(users.name, users.arguments);
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /certificate/i);
    await server.close();
  });

  test("the official client lists tools, a person signs in once, calls get that person's answers", async () => {
    await sandbox.control("POST", "/sandbox/reset");
    const client = new Client({ name: "e2e", version: "1.0.0" }, { capabilities: {} });
    await client.connect(new StdioClientTransport({
      command: "wine", args: [`${programs}/aic-mcp-server.exe`], env: wine.environment(settings()), stderr: "pipe",
    }));
    try {
      const { tools } = await client.listTools();
      assert.ok(tools.some((tool) => tool.name === users.name));
      const results = await Promise.all([client.callTool(users), client.callTool(users), client.callTool(users)]);
      for (const result of results) {
        assert.ok(!result.isError, result.content[0].text);
        assert.equal(parts(result).json.result.length, 2);
      }
      assert.deepEqual(await grants(sandbox), [
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
      ]);
    } finally {
      await client.close();
    }
    await wine.records_become((records) => records.length === 0);
  });

  test("keeps the token in the Credential Manager while it runs, nowhere else, and removes it at the end", async () => {
    const server = wine.server(settings({ AIC_LOG_LEVEL: "debug" }));
    await server.initialize();
    const { result } = await server.call(users.name, users.arguments);
    assert.ok(!result.isError, result.content[0].text);

    const [record, ...others] = await wine.records_become((records) => records.length > 0);
    assert.deepEqual(others, []);
    assert.ok(record.target.startsWith(`PingOneAIC_MCP_Server/${new URL(sandbox.url).hostname}`), record.target);
    assert.ok(record.target.endsWith("/0"), record.target);
    assert.equal(record.persistence, session);
    const { accessToken } = JSON.parse(await wine.credentials("value", record.target));
    assert.ok(accessToken.length > 20);

    await server.says(/token pages locked in memory/);
    assert.ok(!(JSON.stringify(server.lines) + server.stderr).includes(accessToken), "the token was written out");
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const file of ["environ", "cmdline"]) {
        assert.ok(!read_if_there(`/proc/${pid}/${file}`).includes(accessToken), `${pid} ${file}`);
      }
    }

    assert.deepEqual(await server.close(), { code: 0, signal: null });
    assert.deepEqual(await wine.records(), []);
  });

  test("clears away what dead processes left, and nothing of other programs", async () => {
    const first = wine.server(settings());
    await first.initialize();
    assert.ok(!(await first.call(users.name, users.arguments)).result.isError);
    const [left_over] = await wine.records_become((records) => records.length > 0);
    await first.kill();
    await wine.credentials("write", "somebody-else", "text");
    await wine.credentials("write", "PingOneAIC_MCP_Server/user-token", "text");

    await sandbox.control("POST", "/sandbox/reset");
    const second = wine.server(settings());
    await second.initialize();
    assert.ok(!(await second.call(users.name, users.arguments)).result.isError);
    assert.equal((await grants(sandbox))[0], "authorization_code");
    const gone = ({ target }) => target === left_over.target;
    const records = await wine.records_become((all) => all.length === 3 && !all.some(gone));
    assert.ok(records.some(({ target }) => target === "somebody-else"));
    await second.close();
    const rest = (await wine.records()).map(({ target }) => target).sort();
    assert.deepEqual(rest, ["PingOneAIC_MCP_Server/user-token", "somebody-else"]);
    for (const target of rest) await wine.credentials("erase", target);
  });

  test("asks again when the record was deleted: that is how a person signs out", async () => {
    const server = wine.server(settings());
    await server.initialize();
    await server.call(users.name, users.arguments);
    const [record] = await wine.records_become((records) => records.length > 0);
    await wine.credentials("erase", record.target);
    await sandbox.control("POST", "/sandbox/reset");
    const { result } = await server.call("getLogSources");
    assert.ok(!result.isError, result.content[0].text);
    assert.equal((await grants(sandbox))[0], "authorization_code");
    await server.close();
  });

  test("the sandbox runs there, too", async () => {
    const child = spawn("wine", [`${programs}/aic-sandbox.exe`, "--port", "0", "--print-json", "--quiet"], {
      env: wine.environment(), stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const facts = JSON.parse(line);
    assert.match(facts.caFile, /^C:\\/);
    const ca = facts.caFile.replace(/^C:/, `${wine.prefix}/drive_c`).replaceAll("\\", "/");
    const tenant = new Sandbox(child, { ...facts, caFile: ca });
    const { AIC_BASE_URL, BROWSER } = tenant.environment();
    const server = wine.server({ AIC_BASE_URL, BROWSER, AIC_CA_FILE: facts.caFile });
    try {
      await server.initialize();
      const { result } = await server.call(users.name, users.arguments);
      assert.ok(!result.isError, result.content[0].text);
    } finally {
      await server.close();
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
});

// Processes come and go, and some are not ours to read.
function read_if_there(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
