// The official clients against mcp-everything over Streamable HTTP: sessions with the 1.x and 2.x clients, stateless
// requests of 2026-07-28 with the 2.x client.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as Http1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from "@modelcontextprotocol/client";

import { Everything } from "./support/everything.mjs";

const identity = { name: "e2e", version: "1.0.0" };
const settings = { capabilities: { elicitation: { form: {} } } };
const answer = async () => ({ action: "accept", content: { username: "ann", email: "ann@example.com", name: "Ann" } });

async function connect(client, transport) {
  await client.connect(transport);
  return { client, transport };
}

const generations = {
  "sdk 1.x, sessions": (url) => {
    const client = new Client1(identity, settings);
    client.setRequestHandler(ElicitRequestSchema, answer);
    return connect(client, new Http1(url));
  },
  "client 2.x, sessions": (url) => {
    const client = new Client2(identity, settings);
    client.setRequestHandler("elicitation/create", answer);
    return connect(client, new Http2(url));
  },
  "client 2.x, 2026-07-28": (url) => {
    const client = new Client2(identity, { ...settings, versionNegotiation: { mode: { pin: "2026-07-28" } } });
    client.setRequestHandler("elicitation/create", answer);
    return connect(client, new Http2(url));
  },
};

const text = (result) => result.content[0].text;

describe("Streamable HTTP", () => {
  let server;
  before(async () => {
    server = await Everything.start();
  });
  after(async () => {
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });

  for (const [generation, start] of Object.entries(generations)) {
    const has_session = !generation.includes("2026");
    describe(generation, () => {
      let client;
      let transport;
      before(async () => {
        ({ client, transport } = await start(new URL(server.url)));
      });
      after(() => client.close());

      test("a session where the revision has them", () => {
        assert.equal(Boolean(transport.sessionId), has_session);
      });

      test("tools, resources, prompts and completion", async () => {
        const { tools } = await client.listTools();
        assert.ok(tools.some((tool) => tool.name === "test_simple_text"));
        const { contents } = await client.readResource({ uri: "test://template/7/data" });
        assert.equal(JSON.parse(contents[0].text).id, "7");
        const { messages } = await client.getPrompt({ name: "test_prompt_with_arguments", arguments: { arg1: "a", arg2: "b" } });
        assert.match(messages[0].content.text, /arg1='a', arg2='b'/);
        const { completion } = await client.complete({
          ref: { type: "ref/prompt", name: "test_prompt_with_arguments" }, argument: { name: "arg1", value: "par" },
        });
        assert.deepEqual(completion.values, ["paris", "park", "party"]);
      });

      test("progress comes before the result", async () => {
        const seen = [];
        const call = { name: "test_tool_with_progress", arguments: {} };
        const options = { onprogress: ({ progress }) => seen.push(progress) };
        const result = generation.startsWith("sdk") ? await client.callTool(call, undefined, options) : await client.callTool(call, options);
        assert.match(text(result), /Progress was reported/);
        assert.deepEqual(seen, [0, 50, 100]);
      });

      test("the person is asked in the middle of a call", async () => {
        const result = await client.callTool({ name: "test_elicitation", arguments: { message: "Who are you?" } });
        assert.match(text(result), /action=accept, content=.*ann@example\.com/);
      });

      test("forty calls at once", async () => {
        const results = await Promise.all(Array.from({ length: 40 }, () => client.callTool({ name: "test_simple_text", arguments: {} })));
        assert.equal(new Set(results.map(text)).size, 1);
      });

      if (has_session) {
        test("a stream that the server closes in the middle of a call is resumed", async () => {
          const result = await client.callTool({ name: "test_reconnection", arguments: {} });
          assert.equal(text(result), "done");
        });

        test("a session that was ended is no more", async () => {
          await transport.terminateSession();
          await assert.rejects(client.listTools());
        });
      }
    });
  }
});
