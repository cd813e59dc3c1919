// Approval in the browser (AIC_APPROVE): what a person sees and decides, and who else does not get to decide.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { open_browser } from "./support/browser.mjs";
import { here } from "./support/paths.mjs";
import { chromium, redirect_port } from "./support/missing.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const script = { realm: "alpha", name: "Approval test", script: "outcome = 'a';\nvar b = 1;\n" };

// Sends one request as any local program can.
function ask(address, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(address, { method, headers, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("approval in the browser", { skip: redirect_port || chromium }, () => {
  let sandbox, browser, folder, server;
  let calls = 0, ended = "";
  before(async () => {
    sandbox = await Sandbox.start();
    browser = await open_browser(sandbox);
  });
  after(async () => {
    await browser.close();
    await sandbox.stop();
  });

  async function with_server(settings, play) {
    folder = mkdtempSync(join(tmpdir(), "aic-desk-"));
    await sandbox.control("POST", "/sandbox/reset");
    const opener = `'${process.execPath}' '${here}/support/desk.mjs' '${folder}' ${sandbox.opener()}`;
    server = RawServer.start(sandbox.environment({ AIC_APPROVE: "writes", AIC_LOG_LEVEL: "debug", opener, ...settings }));
    try {
      await server.initialize();
      await play();
      assert.equal((await server.close()).code, 0);
    } finally {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  // The address of the page number n, once the opener has it.
  async function address(n = 0) {
    for (let tries = 0; tries < 600; ++tries) {
      if (readdirSync(folder).includes(String(n))) return readFileSync(join(folder, String(n)), "utf8");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no page was opened: ${ended}\n${server.stderr}`);
  }
  async function open(n = 0) {
    const page = await browser.page.context().newPage();
    await page.goto(await address(n));
    return page;
  }
  // Begins a call that is to be approved.
  function begin(tool = "createScript", args = script) {
    const call = server.call(tool, args, { progressToken: `${tool}-${++calls}` });
    call.then(({ result }) => (ended = result.content[0].text), () => {});
    return call;
  }
  const press = (page, name) => page.getByRole("button", { name }).click();
  const writes = async () => (await sandbox.requests()).filter((seen) =>
    seen.method !== "GET" && /^\/(am\/json|openidm|environment)/.test(seen.path) && !/_action=(schema|template|listOutcomes|getAllTypes|validate)/.test(seen.target ?? ""));
  const is_error = ({ result }, category) => {
    assert.ok(result.isError, result.content[0].text);
    assert.equal(JSON.parse(result.content[0].text).category, category, result.content[0].text);
  };

  test("shows the change, and sends it once the person approves", () => with_server({}, async () => {
    const call = begin();
    const page = await open();
    const text = await page.innerText("main");
    assert.match(text, /Signed in\s+[0-9a-f-]{36}/);
    for (const part of ["Approve this change?", new URL(sandbox.url).host, "createScript",
      "outcome = 'a';", "Approval test"]) {
      assert.ok(text.includes(part), `${part} is missing in: ${text}`);
    }
    assert.deepEqual(await writes(), []);
    await press(page, "Approve");
    await page.waitForSelector("text=Approved");
    const { result } = await call;
    assert.ok(!result.isError, result.content[0].text);
    assert.match(result.content[0].text, /approved in the browser/);
    const told = JSON.stringify(server.lines) + server.stderr;
    assert.ok(!told.includes(new URL(await address()).pathname), "the address was told");
  }));

  test("sends nothing when the person declines, and tells the model not to repeat", () => with_server({}, async () => {
    const call = begin();
    const page = await open();
    await press(page, "Decline");
    await page.waitForSelector("text=Declined");
    const answer = await call;
    is_error(answer, "declined");
    assert.match(JSON.parse(answer.result.content[0].text).next, /Do not repeat/);
    assert.deepEqual(await writes(), []);
  }));

  test("counts a decision once: double click, back button, another tab, reload", () => with_server({}, async () => {
    const call = begin();
    const page = await open();
    const second = await open();  // the same browser may open it as often as it likes
    assert.match(await second.innerText("main"), /Approve this change/);
    await page.getByRole("button", { name: "Approve" }).dblclick();
    await page.waitForSelector("text=You can close this tab");
    assert.ok(!(await call).result.isError);
    await page.goBack();
    assert.match(await page.innerText("main"), /Approved/);
    await press(second, "Decline");
    assert.match(await second.innerText("main"), /Approved/);
    const made = await writes();
    assert.equal(made.length, 1, JSON.stringify(made));
    begin("createScript", { ...script, name: "Another one" });
    await address(1);
  }));

  test("asks for each of two calls at once, and never takes one answer for the other", () => with_server({}, async () => {
    const first = begin(), other = begin("createScript", { ...script, name: "The other one" });
    const pages = [await open(0), await open(1)];
    const texts = await Promise.all(pages.map((page) => page.innerText("main")));
    const of_first = texts[0].includes("The other one") ? 1 : 0;
    await press(pages[of_first], "Approve");
    await press(pages[1 - of_first], "Decline");
    assert.ok(!(await first).result.isError);
    is_error(await other, "declined");
  }));

  test("asks only for what the setting names, and again after a change elsewhere", () =>
    with_server({ AIC_APPROVE: "destructive" }, async () => {
      const { result } = await begin();
      assert.ok(!result.isError, result.content[0].text);
      const id = parts(result).json.id;
      const call = begin("deleteScript", { realm: "alpha", scriptId: id });
      const page = await open();
      assert.match(await page.innerText("main"), /Deletes/);
      const other = RawServer.start(sandbox.environment());
      await other.initialize();
      const change = await other.call("updateScript", { realm: "alpha", scriptId: id, description: "changed meanwhile" });
      assert.ok(!change.result.isError, change.result.content[0].text);
      await other.close();
      await press(page, "Approve");
      const again = await open(1);
      assert.match(await again.innerText("main"), /has changed since you were asked/);
      assert.match(await again.innerText("main"), /changed meanwhile/);
      await press(again, "Approve");
      assert.ok(!(await call).result.isError);
    }));

  // Taking a change back is a change, too: the page shows what becomes of the document, not the number alone.
  test("shows what an undo will change, and takes it back only once the person approves", () =>
    with_server({ AIC_APPROVE: "destructive" }, async () => {
      const { result } = await begin();
      const { id: scriptId, changeNumber: change } = parts(result).json;
      const stored = () => server.call("getAMScript", { realm: "alpha", scriptId });
      // Who uses the script is asked by POST, too.
      const writes_of_scripts = async () => (await writes()).filter(({ path }) => path.includes("/scripts"));
      let pages = 0;
      const answered = async (tool, args, button, ...shown) => {
        const call = begin(tool, args);
        const page = await open(pages++);
        const text = await page.innerText("main");
        for (const part of [tool, "Approval test", ...shown]) assert.ok(text.includes(part), `${part} is missing in: ${text}`);
        const sent = (await writes_of_scripts()).length;
        await press(page, button);
        const answer = await call;
        if (button === "Decline") {
          is_error(answer, "declined");
          assert.equal((await writes_of_scripts()).length, sent);
        } else {
          assert.ok(!answer.result.isError, answer.result.content[0].text);
          assert.equal((await writes_of_scripts()).length, sent + 1);
        }
        return parts(answer.result).json;
      };
      const { changeNumber: update } = await answered("updateScript", { realm: "alpha", scriptId, script: "outcome = 'z';\n" },
        "Approve", "outcome = 'a';", "outcome = 'z';");
      const { changeNumber: redo } = await answered("undoChange", { change: update }, "Approve", "outcome = 'a';", "outcome = 'z';");
      assert.match((await stored()).result.content[0].text, /outcome = 'a'/);
      await answered("undoChange", { change: redo }, "Decline", "outcome = 'a';", "outcome = 'z';");
      assert.match((await stored()).result.content[0].text, /outcome = 'a'/);

      const { changeNumber: deletion } = await answered("undoChange", { change }, "Approve", "Deletes", "outcome = 'a';");
      is_error(await stored(), "not_found");
      await answered("undoChange", { change: deletion }, "Approve", "outcome = 'a';");
      assert.match((await stored()).result.content[0].text, /outcome = 'a'/);
    }));

  test("lets nobody else decide", () => with_server({}, async () => {
    const call = begin();
    const entrance = await address();
    const { origin, host, port } = new URL(entrance);
    const refused = async (path, options, status) => {
      const answer = await ask(new URL(path, origin), options);
      assert.equal(answer.status, status, `${path} ${JSON.stringify(options)}: ${answer.text}`);
      assert.doesNotMatch(answer.text, /outcome|name="token"/);
      assert.equal(answer.headers["x-frame-options"], "DENY");
      assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/);
    };
    await refused(entrance, { headers: { host: `evil.example:${port}` } }, 400);
    await refused(entrance, { headers: { host: `localhost:${port}` } }, 400);
    await refused(entrance, { method: "POST", body: "decision=approve" }, 405);
    await refused(entrance, { headers: { "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site" } }, 403);
    await refused(entrance, { headers: { "sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site" } }, 403);
    await refused(entrance, { headers: { "sec-purpose": "prefetch" } }, 403);
    await refused("/", {}, 404);
    await refused(`/${"0".repeat(32)}`, {}, 404);
    const page = await open();
    // The address that stands in the opener's arguments has been used, and the page's own is of no use by itself.
    const of_page = page.url();
    await refused(of_page, {}, 403);
    await refused(`${of_page}changes.json`, {}, 403);
    await refused(`${of_page}answer`, { method: "POST", body: "decision=approve", headers: { origin } }, 403);
    const cookie = (await page.context().cookies(of_page)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const token = await page.getAttribute("input[name=token]", "value");
    const post = (headers, body) => ({ method: "POST", body, headers: { cookie, ...headers } });
    await refused(`${of_page}answer`, post({ origin }, "token=guess&decision=approve"), 403);
    await refused(`${of_page}answer`, post({ origin: "https://evil.example" }, `token=${token}&decision=approve`), 403);
    await refused(`${of_page}answer`, post({}, `token=${token}&decision=approve`), 403);
    await refused(`${of_page}answer`, post({ origin, "sec-fetch-site": "cross-site" }, `token=${token}&decision=approve`), 403);
    await refused(`${of_page}answer`, { headers: { cookie } }, 405);
    assert.deepEqual(await writes(), []);
    assert.equal(host, new URL(of_page).host);
    await press(page, "Approve");
    assert.ok(!(await call).result.isError);
  }));

  test("stops the change when a second program comes to the page", () => with_server({}, async () => {
    const call = begin();
    const thief = await ask(await address());
    assert.equal(thief.status, 303);
    const cookie = thief.headers["set-cookie"].map((line) => line.split(";")[0]).join("; ");
    const of_page = new URL(thief.headers.location, await address());
    const shown = await ask(of_page, { headers: { cookie } });
    const token = /name="token" value="(\w+)"/.exec(shown.text)[1];
    // It approves at once; the person's browser arrives a moment later.
    const approval = ask(new URL("answer", of_page), {
      method: "POST", body: `token=${token}&decision=approve`, headers: { cookie, origin: of_page.origin },
    });
    const page = await open();
    assert.match(await page.innerText("main"), /Two programs opened this page/);
    await approval;
    is_error(await call, "declined");
    assert.deepEqual(await writes(), []);
  }));

  test("tells the person's browser when another program was much faster", () => with_server({}, async () => {
    const call = begin();
    const thief = await ask(await address());
    const cookie = thief.headers["set-cookie"].map((line) => line.split(";")[0]).join("; ");
    const of_page = new URL(thief.headers.location, await address());
    const token = /name="token" value="(\w+)"/.exec((await ask(of_page, { headers: { cookie } })).text)[1];
    await ask(new URL("answer", of_page), {
      method: "POST", body: `token=${token}&decision=approve&repeat=15`, headers: { cookie, origin: of_page.origin },
    });
    assert.ok(!(await call).result.isError);
    const page = await open();
    assert.match(await page.innerText("main"), /Another program has approved this/);
    assert.match(server.stderr, /another program may have taken it/);
    begin("createScript", { ...script, name: "Not by the thief's permission" });
    await address(1);
  }));

  test("counts an approval although the tab goes elsewhere at once, and a no for as long as a yes", () =>
    with_server({ AIC_LOGIN_WAIT_S: "1" }, async () => {
      is_error(await server.call("createScript", script), "approval_required");
      const page = await open();
      const posted = page.waitForRequest((request) => request.method() === "POST");
      await page.getByRole("button", { name: "Approve" }).click({ noWaitAfter: true });
      await posted;
      await new Promise((resolve) => setTimeout(resolve, 300));
      await page.goto("about:blank");
      let answer;
      for (let tries = 0; tries < 15; ++tries) {
        answer = await server.call("createScript", script);
        if (!/approval_required/.test(answer.result.content[0].text)) break;
      }
      assert.ok(!answer.result.isError, answer.result.content[0].text);
      const other = { ...script, name: "Declined" };
      is_error(await server.call("createScript", other), "approval_required");
      await press(await open(1), "Decline");
      for (let i = 0; i < 3; ++i) is_error(await server.call("createScript", other), "declined");
      assert.equal(readdirSync(folder).length, 2);
    }));

  test("asks in no form when the opener was killed", () => with_server({}, async () => {
    writeFileSync(`${folder}.killed`, "");
    try {
      is_error(await begin(), "declined");
      assert.deepEqual(await writes(), []);
    } finally {
      rmSync(`${folder}.killed`);
    }
  }));

  test("counts no approval when the opener failed", () => with_server({}, async () => {
    writeFileSync(`${folder}.fails`, "");
    try {
      const call = begin();
      const entrance = await address();
      is_error(await call, "not_available");
      assert.notEqual((await ask(entrance)).status, 303);
      assert.deepEqual(await writes(), []);
    } finally {
      rmSync(`${folder}.fails`);
    }
  }));

  test("allows the same tool for a while where the person wants that", () => with_server({}, async () => {
    const call = begin();
    const page = await open();
    await page.getByRole("checkbox").check();
    await press(page, "Approve");
    assert.ok(!(await call).result.isError);
    const { result } = await begin("createScript", { ...script, name: "Second" });
    assert.match(result.content[0].text, /for 15 minutes/);
    begin("deleteVariable", { variableId: "esv-nothing" });
  }));

  test("waits no longer than a client without progress does, and takes the answer for the same call", () =>
    with_server({ AIC_LOGIN_WAIT_S: "2" }, async () => {
      const first = await server.call("createScript", script);
      is_error(first, "approval_required");
      const page = await open();
      await press(page, "Approve");
      await page.waitForSelector("text=Approved");
      const { result } = await server.call("createScript", script);
      assert.ok(!result.isError, result.content[0].text);
      assert.equal(readdirSync(folder).length, 1);
    }));

  test("asks in the client where there is no browser, and refuses where it cannot", async () => {
    await with_server({ AIC_LOGIN_WAIT_S: "2", SSH_CONNECTION: "1 2 3 4" }, async () => {
      const answer = await server.call("createScript", script);
      is_error(answer, "not_available");
      assert.deepEqual(await writes(), []);
      assert.deepEqual(readdirSync(folder), []);
    });
  });

  // What a person sees of four kinds of change. AIC_PICTURES names a folder for pictures of them.
  test("is readable in light and dark, narrow and wide", () => with_server({ AIC_TOOLS: "all" }, async () => {
    const read = async (tool, args) => parts((await server.call(tool, args)).result).json;
    const themes = await read("getThemes", { realm: "alpha" });
    const theme = themes.result[0]._id;
    const users = await read("queryManagedObjects", { objectType: "alpha_user", pageSize: 1 });
    const [{ _id: objectId, _rev: revision }] = users.result;
    const scripts = await read("listScripts", { realm: "alpha" });
    const changes = [
      ["theme", "updateTheme", { realm: "alpha", themeIdentifier: theme,
        themeUpdates: { primaryColor: "#0a5c36", backgroundColor: "#ffffff", journeyFooter: "<p>Acme\n&copy; 2026</p>" } }],
      ["journey", "updateJourney", { realm: "alpha", journeyName: "Login", description: "Password, then a second factor." }],
      ["user", "patchManagedObject", { objectType: "alpha_user", objectId, revision, operations: [
        { operation: "replace", field: "/mail", value: "jane.doe@new.example" },
        { operation: "replace", field: "/description", value: "Moved to the Lisbon office\nAsked for on Monday" }] }],
      ["deletion", "deleteScript", { realm: "alpha", scriptId: scripts.result[0]._id, force: true }],
    ];
    for (const [n, [name, tool, args]] of changes.entries()) {
      const call = begin(tool, args);
      const page = await open(n);
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [360, 1280]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(over <= 0, `${name}: ${over} pixels too wide at ${width}`);
          if (!process.env.AIC_PICTURES) continue;
          mkdirSync(process.env.AIC_PICTURES, { recursive: true });
          await page.screenshot({ path: join(process.env.AIC_PICTURES, `${name}-${colorScheme}-${width}.png`), fullPage: true });
        }
      }
      await press(page, "Decline");
      is_error(await call, "declined");
    }
    assert.deepEqual(await writes(), []);
  }));
});
