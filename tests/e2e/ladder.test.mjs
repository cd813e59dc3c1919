// Where no browser opens: the ways in which the address reaches the person.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";

import { ElicitRequestSchema, ElicitationCompleteNotificationSchema } from "@modelcontextprotocol/sdk/types.js";

import { generations } from "./support/clients.mjs";
import { redirect_port } from "./support/missing.mjs";
import { here } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const users = { name: "queryManagedObjects", arguments: { objectType: "alpha_user", pageSize: 1 } };

describe("without a browser", { skip: redirect_port }, () => {
  let sandbox;
  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.stop());

  const visit = (address, ...options) =>
    new Promise((resolve) => {
      execFile(process.execPath, [`${here}/support/opener.mjs`, "--ca", sandbox.caFile, "--user", sandbox.user,
        "--password", sandbox.password, ...options, address], (error) => resolve(error));
    });

  test("a client with URL elicitation shows the address and is told when it is done", async () => {
    const asked = [];
    const completed = [];
    const client = await generations["sdk 1.x"](sandbox.environment({ opener: "" }), {
      capabilities: { elicitation: { url: {} } },
    });
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params);
      assert.equal(await visit(params.url), null);
      return { action: "accept" };
    });
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => completed.push(params));
    const result = await client.callTool(users);
    assert.ok(!result.isError, result.content[0].text);
    assert.equal(asked.length, 1);
    assert.equal(asked[0].mode, "url");
    await client.ping();
    assert.deepEqual(completed, [{ elicitationId: asked[0].elicitationId }]);
    await client.close();
  });

  for (const declared of [{ elicitation: {} }, { elicitation: { form: {} } }]) {
    test(`a client that declares ${JSON.stringify(declared)} shows the address as text in a form`, async () => {
      const client = await generations["sdk 1.x"](sandbox.environment({ opener: "" }), { capabilities: declared });
      let message;
      client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
        message = params.message;
        assert.deepEqual(params.requestedSchema.required, ["agreed"]);
        assert.equal(await visit(/https:\S+/.exec(message)[0]), null);
        return { action: "accept", content: { agreed: true } };
      });
      const result = await client.callTool(users);
      assert.ok(!result.isError, result.content[0].text);
      assert.ok(message.includes(new URL(sandbox.url).hostname));
      await client.close();
    });
  }

  test("a client without elicitation gets the address as the result, and the next call joins", async () => {
    const server = RawServer.start(sandbox.environment({ opener: "" }));
    await server.initialize();
    const { result } = await server.call(users.name, users.arguments);
    assert.equal(result.isError, true);
    const { json } = parts(result);
    assert.equal(json.category, "login_required");
    assert.equal(await visit(json.detail.url), null);
    assert.ok(!(await server.call(users.name, users.arguments)).result.isError);
    await server.says(json.detail.url);
    await server.close();
  });

  test("a client that cannot show the question gets the address as the result", async () => {
    const server = RawServer.start(sandbox.environment({ opener: "" }));
    await server.initialize({ capabilities: { elicitation: { form: {}, url: {} } } });
    const called = server.call(users.name, users.arguments);
    for (const mode of ["url", undefined]) {
      const asked = await server.message(
        (message) => message.method === "elicitation/create" && (message.params.mode === "url") === (mode === "url"));
      server.send({ id: asked.id, error: { code: -32603, message: "no window" } });
    }
    const { result } = await called;
    assert.equal(parts(result).json.category, "login_required");
    await server.close();
  });

  test("a person who declines ends the sign-in; the next call starts another", async () => {
    const server = RawServer.start(sandbox.environment({ opener: "" }));
    await server.initialize({ capabilities: { elicitation: { url: {} } } });
    const called = server.call(users.name, users.arguments);
    const asked = await server.message((message) => message.method === "elicitation/create");
    // Within two seconds a refusal counts as "nobody saw it".
    await new Promise((resolve) => setTimeout(resolve, 2100));
    server.send({ id: asked.id, result: { action: "decline" } });
    assert.equal(parts((await called).result).json.category, "login_declined");
    const again = server.call(users.name, users.arguments);
    const second = await server.message((message) => message.method === "elicitation/create" && message.id !== asked.id);
    assert.equal(await visit(second.params.url), null);
    assert.ok(!(await again).result.isError);
    await server.close();
  });

  test("a stray request, a wrong state and a foreign host leave the sign-in alone", async () => {
    const server = RawServer.start(sandbox.environment({ opener: "" }));
    await server.initialize();
    const { json } = parts((await server.call(users.name, users.arguments)).result);
    const origin = "http://127.0.0.1:3000";
    assert.equal((await fetch(`${origin}/?code=x&state=wrong`)).status, 400);
    assert.equal((await fetch(`${origin}/favicon.ico`)).status, 404);
    assert.equal((await fetch(`${origin}/`, { method: "POST" })).status, 405);
    assert.equal(await visit(json.detail.url), null);
    assert.ok(!(await server.call(users.name, users.arguments)).result.isError);
    await server.close();
  });
});

describe("without a browser and without a redirect", () => {
  test("a tenant without the MCP clients is named plainly", async () => {
    const bare = await Sandbox.start("--no-mcp-clients");
    const server = RawServer.start(bare.environment({ AIC_LOGIN: "device" }));
    await server.initialize();
    const { result } = await server.call(users.name, users.arguments, { progressToken: 1 });
    await server.kill();
    await bare.stop();
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /Sandbox and Development/);
  });
});
