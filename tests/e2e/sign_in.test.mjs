// The main job: a person signs in, and an assistant administers a tenant with that person's rights.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { open_browser, reported_address, sign_in } from "./support/browser.mjs";
import { generations } from "./support/clients.mjs";
import { records, record_value, records_become, written_records, store, erase } from "./support/keyring.mjs";
import { chromium, look_into_processes, redirect_port } from "./support/missing.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const users = { name: "queryManagedObjects", arguments: { objectType: "alpha_user", pageSize: 2 } };
const grants = async (sandbox) =>
  (await sandbox.requests()).filter((seen) => seen.path === "/am/oauth2/access_token").map((seen) => seen.grantType);

describe("signing in", { skip: redirect_port }, () => {
  let sandbox;
  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.stop());

  for (const [generation, connect] of Object.entries(generations)) {
    test(`${generation}: lists without the tenant, signs in once, calls with the person's token`, async () => {
      await sandbox.control("POST", "/sandbox/reset");
      const client = await connect(sandbox.environment());
      try {
        const { tools } = await client.listTools();
        assert.ok(tools.some((tool) => tool.name === "queryManagedObjects"));
        assert.deepEqual(await sandbox.requests(), []);

        const results = await Promise.all([client.callTool(users), client.callTool(users), client.callTool(users)]);
        for (const result of results) {
          assert.ok(!result.isError, result.content[0].text);
          assert.equal(parts(result).json.result.length, 2);
          assert.match(parts(result).notes, /Transaction ID: [0-9a-f-]{36}/);
        }
        assert.deepEqual(await grants(sandbox), [
          "authorization_code",
          "urn:ietf:params:oauth:grant-type:token-exchange",
        ]);
      } finally {
        await client.close();
      }
    });
  }

  // Signs in; `look` gets the server and what the keychain has.
  async function with_record(look) {
    const server = RawServer.start(sandbox.environment({ AIC_LOG_LEVEL: "debug" }));
    try {
      await server.initialize();
      const { result } = await server.call(users.name, users.arguments);
      assert.ok(!result.isError, result.content[0].text);
      const accounts = await written_records();
      assert.equal(accounts.length, 1);
      assert.ok(accounts[0].startsWith(`${new URL(sandbox.url).hostname}`), accounts[0]);
      const record = JSON.parse(await record_value(accounts[0]));
      assert.ok(record.accessToken.length > 20);
      look(server, record);
      assert.deepEqual(await server.close(), { code: 0, signal: null });
      assert.deepEqual(await records(), []);
    } finally {
      await server.kill();
    }
  }

  test("keeps the token in the keychain while it runs, writes it nowhere else, and removes it at the end", () =>
    with_record((server, { accessToken, expiresAt, aicBaseUrl }) => {
      assert.ok(expiresAt > Date.now());
      assert.ok(aicBaseUrl.length > 0);
      const output = JSON.stringify(server.lines) + server.stderr;
      assert.ok(!output.includes(accessToken), "the token was written out");
      assert.match(readFileSync(`/proc/${server.child.pid}/limits`, "utf8"), /Max core file size\s+0\s+0/);
    }));

  test("has the token in no environment, argument or mapped file", { skip: look_into_processes }, () =>
    with_record((server, { accessToken }) => {
      const { pid } = server.child;
      for (const file of ["environ", "cmdline"]) {
        assert.ok(!readFileSync(`/proc/${pid}/${file}`).includes(accessToken), file);
      }
      for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
        const path = line.split(/\s+/)[5];
        if (path?.startsWith("/") && !path.startsWith("/dev") && !path.endsWith("(deleted)")) {
          assert.ok(!readFileSync(path).includes(accessToken), path);
        }
      }
    }));

  test("never uses a token of another process, and clears away what dead processes left", async () => {
    const first = RawServer.start(sandbox.environment());
    await first.initialize();
    assert.ok(!(await first.call(users.name, users.arguments)).result.isError);
    await written_records();
    await first.kill();
    const [left_over] = await records();
    assert.ok(left_over);
    await store("user-token", "another program's record");

    await sandbox.control("POST", "/sandbox/reset");
    const second = RawServer.start(sandbox.environment());
    await second.initialize();
    assert.ok(!(await second.call(users.name, users.arguments)).result.isError);
    assert.equal((await grants(sandbox))[0], "authorization_code");
    await records_become((accounts) => accounts.length === 2 && !accounts.includes(left_over));
    const accounts = await records();
    assert.ok(!accounts.includes(left_over));
    assert.ok(accounts.includes("user-token"));
    await second.close();
    assert.deepEqual(await records(), ["user-token"]);
    await erase("user-token");
  });

  test("asks again when the record was deleted: that is how a person signs out", async () => {
    const server = RawServer.start(sandbox.environment());
    await server.initialize();
    await server.call(users.name, users.arguments);
    await erase((await written_records())[0]);
    await sandbox.control("POST", "/sandbox/reset");
    // Another scope set needs a new exchange, and so the login token.
    const { result } = await server.call("getLogSources");
    assert.ok(!result.isError, result.content[0].text);
    assert.equal((await grants(sandbox))[0], "authorization_code");
    await server.close();
  });

  test("says who acts, and says so again when another administrator has signed in", async () => {
    const tenant = await Sandbox.start("--further-user", "eve@example.com");
    const folder = mkdtempSync(join(tmpdir(), "aic-users-"));
    const file = join(folder, "user");
    const server = RawServer.start(tenant.environment({ opener: tenant.opener("--user-in", file) }));
    const said = async (tool, args) => {
      const { result } = await server.call(tool, args);
      assert.ok(!result.isError, result.content[0].text);
      return result.content[0].text;
    };
    try {
      await server.initialize();
      writeFileSync(file, tenant.user);
      // Looked up beside the first call with a token of IDM; a later one tells.
      const told = async (note) => {
        for (let calls = 0; calls < 50; ++calls) {
          const found = note.exec(await said(users.name, users.arguments));
          if (found) return found;
        }
        assert.fail("nobody was told who signed in");
      };
      const [, ada] = await told(/Signed in as ([0-9a-f-]{36})\./);

      writeFileSync(file, "eve@example.com");
      await erase((await written_records())[0]);
      await said("getLogSources"); // another scope set needs a new exchange, and so the login token
      const [, eve, before] = await told(/Signed in as ([0-9a-f-]{36}); before: ([0-9a-f-]{36})\./);
      assert.equal(before, ada);
      assert.notEqual(eve, ada);
      const tokens = (await tenant.requests()).filter((seen) => seen.path === "/am/oauth2/access_token");
      assert.equal(tokens.filter((seen) => seen.grantType === "authorization_code").length, 2);
    } finally {
      await server.close();
      await tenant.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test("a person signs in with a real browser and lands on a page that says so", { skip: chromium }, async () => {
    const { opener, address } = reported_address();
    const server = RawServer.start(sandbox.environment({ opener }));
    await server.initialize();
    const called = server.call(users.name, users.arguments, { progressToken: "p" });
    const browser = await open_browser(sandbox);
    try {
      await browser.page.goto(await address);
      await sign_in(browser.page, sandbox);
      await browser.page.waitForURL("http://localhost:3000/");
      assert.match(await browser.page.textContent("body"), /signed in/i);
      const { result } = await called;
      assert.ok(!result.isError, result.content[0].text);
    } finally {
      await browser.close();
      await server.close();
    }
  });

  test("a person who refuses sees it on the page, and the assistant is told", { skip: chromium }, async () => {
    const { opener, address } = reported_address();
    const server = RawServer.start(sandbox.environment({ opener, AIC_LOGIN_PROMPT: "login" }));
    await server.initialize();
    const called = server.call(users.name, users.arguments, { progressToken: "p" });
    const browser = await open_browser(sandbox);
    try {
      await browser.page.goto(await address);
      await sign_in(browser.page, sandbox, "deny");
      await browser.page.waitForURL("http://localhost:3000/");
      assert.match(await browser.page.textContent("body"), /access_denied/);
      const { result } = await called;
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /login_(failed|declined)/);
      assert.match(result.content[0].text, /access_denied/);
    } finally {
      await browser.close();
      await server.close();
    }
  });

  test("ends on SIGTERM with exit code 0 and takes its record along", async () => {
    const server = RawServer.start(sandbox.environment());
    await server.initialize();
    await server.call(users.name, users.arguments);
    assert.equal((await written_records()).length, 1);
    assert.deepEqual(await server.kill("SIGTERM"), { code: 0, signal: null });
    assert.deepEqual(await records(), []);
  });

  test("works without a keychain, and says so once", async () => {
    const server = RawServer.start(sandbox.environment({ DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }));
    await server.initialize();
    assert.ok(!(await server.call(users.name, users.arguments)).result.isError);
    assert.ok(!(await server.call("getLogSources")).result.isError);
    await server.says(/WARN.*(keychain|keyring)/i);
    await server.close();
    assert.equal(server.stderr.match(/WARN.*(keychain|keyring)/gi)?.length, 1, server.stderr);
  });
});
