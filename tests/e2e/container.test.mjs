// Container mode: sign-in by device code (RFC 8628), the token in this process only.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { open_browser } from "./support/browser.mjs";
import { records } from "./support/keyring.mjs";
import { chromium, look_into_processes } from "./support/missing.mjs";
import { here } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { describe, test } from "./support/suite.mjs";

const users = { name: "queryManagedObjects", arguments: { objectType: "alpha_user", pageSize: 1 } };
const token_path = "/am/oauth2/access_token";
const code_path = "/am/oauth2/device/code";
// A progress token: without one a call waits AIC_LOGIN_WAIT_S only.
const patient = { progressToken: "sign-in" };

const is_question = (message) => message.method === "elicitation/create";
const polls = async (sandbox) =>
  (await sandbox.requests()).filter((seen) => seen.grantType?.endsWith(":device_code"));

// The fault answers the next polls instead of the tenant.
const poll_fault = (fault) => ({ method: "POST", path: token_path, bodyContains: "device_code", count: 1, ...fault });

// A person at a device page: signs in and decides.
function visit(sandbox, address, ...options) {
  return new Promise((resolve) => {
    execFile(process.execPath, [`${here}/support/opener.mjs`, "--ca", sandbox.caFile, "--user", sandbox.user,
      "--password", sandbox.password, ...options, address], (error) => resolve(error));
  });
}

// One tenant and one server in container mode, both gone at the end; the server's home is empty at first.
async function in_container({ tenant = [], env = {}, elicitation }, steps) {
  const sandbox = await Sandbox.start("--device-interval", "1", ...tenant);
  const home = mkdtempSync(join(tmpdir(), "aic-home-"));
  const servers = [];
  const start = async () => {
    const server = RawServer.start(sandbox.environment({
      DOCKER_CONTAINER: "true", HOME: home, TMPDIR: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home, XDG_STATE_HOME: home, ...env,
    }));
    servers.push(server);
    await server.initialize({ capabilities: elicitation ? { elicitation } : {} });
    return server;
  };
  try {
    await steps({ sandbox, home, start, server: await start() });
  } finally {
    for (const server of servers) await server.kill();
    await sandbox.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const ok = ({ result }) => assert.ok(!result.isError, result.content[0].text);

describe("container mode", { concurrency: 6 }, () => {
  test("a URL prompt shows the complete link and the code, polling runs beside it, and it is closed after the end", () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      const code = new URL(params.url).searchParams.get("user_code");
      assert.equal(params.mode, "url");
      assert.ok(params.message.includes(code), params.message);
      await server.says(code);
      assert.equal(await visit(sandbox, params.url), null);
      ok(await called);
      await server.message((message) => message.method === "notifications/elicitation/complete" &&
        message.params.elicitationId === params.elicitationId);
      assert.equal((await sandbox.requests())[0].path, code_path);
    }));

  test("a form prompt shows the address and the code as text; an early accept only means that it was seen", () =>
    in_container({ elicitation: { form: {} } }, async ({ sandbox, server }) => {
      const called = server.call(users.name, users.arguments, patient);
      const asked = await server.message(is_question);
      assert.deepEqual(asked.params.requestedSchema.required, ["agreed"]);
      server.send({ id: asked.id, result: { action: "accept", content: { agreed: true } } });
      const address = /https:\S+/.exec(asked.params.message)[0];
      assert.ok(asked.params.message.includes(`code ${new URL(address).searchParams.get("user_code")}`));
      assert.equal(await visit(sandbox, address), null);
      ok(await called);
      assert.equal(server.lines.filter(is_question).length, 1);
    }));

  test("without elicitation the result shows the address and the code, and the next call joins", () =>
    in_container({}, async ({ sandbox, server }) => {
      const { json } = parts((await server.call(users.name, users.arguments)).result);
      assert.equal(json.category, "login_required");
      assert.ok(json.detail.url.endsWith(`user_code=${json.detail.userCode}`), json.detail.url);
      assert.equal(await visit(sandbox, json.detail.url), null);
      ok(await server.call(users.name, users.arguments));
      const codes = (await sandbox.requests()).filter(({ path }) => path === code_path);
      assert.equal(codes.length, 1);
    }));

  test("a client that cannot show URLs gets the form, one that can show neither gets the result", () =>
    in_container({ elicitation: { form: {}, url: {} } }, async ({ server }) => {
      const called = server.call(users.name, users.arguments, patient);
      for (const mode of ["url", "form"]) {
        const asked = await server.message((message) => is_question(message) && (message.params.mode ?? "form") === mode);
        server.send({ id: asked.id, error: { code: -32603, message: "no window" } });
      }
      const { json } = parts((await called).result);
      assert.equal(json.category, "login_required");
      assert.ok(json.detail.userCode);
    }));

  test("in the revision 2026-07-28 the question travels in the result and the retry waits for the approval", () =>
    in_container({}, async ({ sandbox }) => {
      const meta = {
        ...patient,
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "raw", version: "0" },
        "io.modelcontextprotocol/clientCapabilities": { elicitation: { url: {} } },
      };
      const modern = RawServer.start(sandbox.environment({ DOCKER_CONTAINER: "true" }));
      try {
        const first = (await modern.request("tools/call", { ...users, _meta: meta })).result;
        assert.equal(first.resultType, "input_required");
        const [[key, { method, params }]] = Object.entries(first.inputRequests);
        assert.equal(method, "elicitation/create");
        assert.equal(await visit(sandbox, params.url), null);
        const retry = await modern.request("tools/call", {
          ...users, requestState: first.requestState, inputResponses: { [key]: { action: "accept" } }, _meta: meta,
        });
        ok(retry);
        assert.equal(retry.result.resultType, "complete");
      } finally {
        await modern.kill();
      }
    }));

  for (const action of ["decline", "cancel"]) {
    test(`${action} ends the sign-in and its polling; the next call starts another`, () =>
      in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
        const called = server.call(users.name, users.arguments, patient);
        const asked = await server.message(is_question);
        // Within two seconds a refusal counts as "nobody saw it".
        await new Promise((resolve) => setTimeout(resolve, 2100));
        server.send({ id: asked.id, result: { action } });
        assert.equal(parts((await called).result).json.category, "login_declined");

        // Approved all the same: a poll that still went on would fetch a token for it.
        assert.equal(await visit(sandbox, asked.params.url), null);
        const again = server.call(users.name, users.arguments, patient);
        const second = await server.message((message) => is_question(message) && message.id !== asked.id);
        assert.notEqual(second.params.url, asked.params.url);
        assert.equal(await visit(sandbox, second.params.url), null);
        ok(await again);
        assert.equal((await polls(sandbox)).filter(({ status }) => status === 200).length, 1);
      }));
  }

  test("a person who denies on the tenant's page ends the sign-in with the tenant's words", () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      assert.equal(await visit(sandbox, params.url, "--deny"), null);
      const { result } = await called;
      assert.equal(result.isError, true);
      assert.match(parts(result).json.category, /^login_/);
      assert.match(result.content[0].text, /access_denied/);
    }));

  for (const options of [[], ["--rfc-pending"]]) {
    test(`goes on while the login is pending (${options[0] ?? "status 403"})`, () =>
      in_container({ tenant: options, elicitation: { url: {} } }, async ({ sandbox, server }) => {
        const called = server.call(users.name, users.arguments, patient);
        const { params } = await server.message(is_question);
        await sandbox.fault(poll_fault({
          status: options.length ? 400 : 403, body: { error: "authorization_pending" }, count: 2,
        }));
        assert.equal(await visit(sandbox, params.url), null);
        ok(await called);
        const seen = (await polls(sandbox)).map(({ status }) => status);
        assert.equal(seen.at(-1), 200);
        assert.ok(seen.length >= 3, `${seen}`);
      }));
  }

  test("slow_down adds five seconds", () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
      await sandbox.fault(poll_fault({ status: 400, body: { error: "slow_down" } }));
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      assert.equal(await visit(sandbox, params.url), null);
      ok(await called);
      const [first, second, ...more] = await polls(sandbox);
      assert.deepEqual(more, []);
      assert.ok(second.at - first.at >= 5900, `${second.at - first.at} ms`);
    }));

  test("a broken connection and a 503 while polling make it wait longer, not give up", () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
      await sandbox.fault(poll_fault({ status: 503 }));
      await sandbox.fault(poll_fault({ action: "reset" }));
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      assert.equal(await visit(sandbox, params.url), null);
      ok(await called);
      const at = (await polls(sandbox)).map((seen) => seen.at);
      assert.equal(at.length, 3);
      assert.ok(at[1] - at[0] >= 1900 && at[2] - at[1] >= 3800, `${at}`);
    }));

  for (const interval of [undefined, 0, -3]) {
    test(`an interval of ${interval} counts as five seconds`, () =>
      in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
        const page = `${sandbox.url}/am/oauth2/device/user`;
        await sandbox.fault({ method: "POST", path: code_path, count: 1, status: 200, body: {
          device_code: "made-up", user_code: "ABCD", verification_uri: page, expires_in: 60, interval,
        } });
        await sandbox.fault(poll_fault({ status: 400, body: { error: "access_denied" } }));
        const { result } = await server.call(users.name, users.arguments, patient);
        assert.equal(result.isError, true);
        const asked = server.lines.find(is_question);
        assert.equal(asked.params.url, page);
        assert.ok(!JSON.stringify(asked).includes("undefined"));
        const start = (await sandbox.requests()).find(({ path }) => path === code_path);
        const [poll] = await polls(sandbox);
        assert.ok(poll.at - start.at >= 4900 && poll.at - start.at < 8000, `${poll.at - start.at} ms`);
      }));
  }

  test("an answer without a code to show fails plainly and shows nobody a placeholder", () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
      await sandbox.fault({ method: "POST", path: code_path, count: 1, status: 200, body: {
        device_code: "made-up", verification_uri: `${sandbox.url}/am/oauth2/device/user`,
      } });
      const { result } = await server.call(users.name, users.arguments, patient);
      assert.match(result.content[0].text, /no user_code/);
      assert.deepEqual(server.lines.filter(is_question), []);
    }));

  test("a code that expires ends the sign-in; only the next call asks for another", () =>
    in_container({ tenant: ["--device-expires", "3"], elicitation: { url: {} } }, async ({ sandbox, server }) => {
      const { result } = await server.call(users.name, users.arguments, patient);
      assert.equal(parts(result).json.category, "login_failed");
      assert.match(result.content[0].text, /expired/);
      const asked = server.lines.find(is_question);
      await server.message(({ method, params }) => method === "notifications/cancelled" && params.requestId === asked.id);
      const codes = async () => (await sandbox.requests()).filter(({ path }) => path === code_path).length;
      assert.equal(await codes(), 1);
      const again = server.call(users.name, users.arguments, patient);
      const second = await server.message((message) => is_question(message) && message.id !== asked.id);
      assert.equal(await visit(sandbox, second.params.url), null);
      ok(await again);
    }));

  test("the token is in no keychain and no file, and a restart needs a new sign-in", () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, home, start, server }) => {
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      assert.equal(await visit(sandbox, params.url), null);
      ok(await called);
      ok(await server.call(users.name, users.arguments));
      assert.equal((await sandbox.requests()).filter(({ path }) => path === code_path).length, 1);
      const account = new URL(sandbox.url).host;
      assert.ok((await records()).every((name) => !name.startsWith(account)));
      assert.deepEqual(readdirSync(home), []);
      await server.close();

      const restarted = await start();
      const again = restarted.call(users.name, users.arguments, patient);
      const second = await restarted.message(is_question);
      assert.notEqual(second.params.url, params.url);
      assert.equal(await visit(sandbox, second.params.url), null);
      ok(await again);
    }));

  test("the signed-in server holds no file open", { skip: look_into_processes }, () =>
    in_container({ elicitation: { url: {} } }, async ({ sandbox, server }) => {
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      assert.equal(await visit(sandbox, params.url), null);
      ok(await called);
      assert.deepEqual(open_files(server.child.pid), []);
    }));

  test("offers all tools", () =>
    in_container({}, async ({ server, sandbox }) => {
      const tools = async (from) => (await from.request("tools/list", {})).result.tools.map(({ name }) => name);
      const outside = RawServer.start(sandbox.environment());
      await outside.initialize();
      assert.deepEqual(await tools(server), await tools(outside));
      await outside.close();
    }));

  test("a person enters the code in a real browser, signs in and approves", { skip: chromium }, () =>
    in_container({ elicitation: { form: {} } }, async ({ sandbox, server }) => {
      const called = server.call(users.name, users.arguments, patient);
      const { params } = await server.message(is_question);
      const address = new URL(/https:\S+/.exec(params.message)[0]);
      const code = address.searchParams.get("user_code");
      const { page, close } = await open_browser(sandbox);
      const look = async (name) => {
        if (process.env.AIC_SCREENSHOTS) await page.screenshot({ path: join(process.env.AIC_SCREENSHOTS, `${name}.png`) });
      };
      try {
        await page.goto(address.origin + address.pathname);
        await page.fill("input[name=username]", sandbox.user);
        await page.fill("input[name=password]", sandbox.password);
        await page.click("button[type=submit]");
        await page.getByLabel("Code").fill("wrong");
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByRole("alert").waitFor();
        await look("device-wrong-code");
        await page.getByLabel("Code").fill(code);
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByText(code, { exact: true }).waitFor();
        await look("device-approve");
        await page.getByRole("button", { name: "Allow" }).click();
        await page.getByText("Connected").first().waitFor();
        await look("device-done");
      } finally {
        await close();
      }
      ok(await called);
    }));
});

// The regular files that the process holds open.
function open_files(process_id) {
  const folder = `/proc/${process_id}/fd`;
  return readdirSync(folder)
    .filter((number) => statSync(join(folder, number), { throwIfNoEntry: false })?.isFile())
    .map((number) => readlinkSync(join(folder, number)));
}
