// What no decent client sends: each gets a clear answer in bounded time and memory, and the process lives.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";

import { redirect_port } from "./support/missing.mjs";
import { binaries } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";

const memory_mb = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

describe("hostile input", () => {
  let sandbox;
  let server;
  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.stop());
  beforeEach(async () => {
    server = RawServer.start(sandbox.environment());
    await server.initialize();
  });
  afterEach(async () => {
    assert.ok((await server.request("ping")).result, "the process still answers");
    assert.deepEqual(await server.close(), { code: 0, signal: null });
  });

  for (const [what, text] of [
    ["no JSON", "hello\n"],
    ["half a message", '{"jsonrpc":"2.0","id":7,"method":"pi\n'],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d, 0x0a])],
    ["129 levels of nesting", `{"jsonrpc":"2.0","id":7,"method":"ping","params":${"[".repeat(129)}${"]".repeat(129)}}\n`],
    ["a million brackets", "[".repeat(1_000_000) + "\n"],
  ]) {
    test(`${what}: −32700 without id`, async () => {
      server.write(text);
      const answer = await server.message((message) => message.error?.code === -32700);
      assert.ok(!("id" in answer));
    });
  }

  test("a line of 100 MB is refused without being kept", async () => {
    server.write('{"jsonrpc":"2.0","id":9,"method":"ping","params":{"x":"');
    const part = Buffer.alloc(1_000_000, "a");
    for (let i = 0; i < 100; ++i) {
      if (!server.child.stdin.write(part)) await new Promise((resolve) => server.child.stdin.once("drain", resolve));
    }
    server.write('"}}\n');
    await server.message((message) => message.error?.code === -32700);
    assert.ok(memory_mb(server.child.pid) < 64, `${memory_mb(server.child.pid)} MB`);
  });

  test("unknown methods, tools and arguments are named with what was probably meant", async () => {
    assert.equal((await server.request("tools/lst")).error.code, -32601);
    const unknown = await server.call("getManagedObjekt");
    assert.equal(unknown.error.code, -32602);
    assert.match(unknown.error.message, /getManagedObject/);
    const { result } = await server.call("getManagedObject", { objectTyp: "alpha_user", objectId: 5 });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /objectType/);
    assert.match(result.content[0].text, /objectId/);
  });

  test("hostile segments, filters and headers never reach another endpoint", { skip: redirect_port }, async () => {
    await sandbox.control("POST", "/sandbox/reset");
    const hostile = ["..", "../config", "a/../b", "a/b", "a\\b", "%2e%2e", "a%2fb", "a\r\nX-Evil: 1", "\u0000", " ", "", "x".repeat(1_000_000)];
    for (const value of hostile) {
      const { result } = await server.call("getManagedObject", { objectType: "alpha_user", objectId: value });
      assert.equal(result.isError, true, JSON.stringify(value.slice(0, 20)));
      assert.equal(parts(result).json.category, "invalid_request");
    }
    for (const value of ["..", "alpha_user/x", "alpha user", "__proto__.x"]) {
      const { result } = await server.call("getManagedObject", { objectType: value, objectId: "1" });
      assert.equal(result.isError, true, value);
    }
    const { result } = await server.call("patchManagedObject", { objectType: "alpha_user", objectId: "1",
      revision: "1\r\nX-Evil: 1", operations: [{ operation: "replace", field: "/a", value: 1 }] });
    assert.equal(result.isError, true);
    assert.deepEqual(await sandbox.requests(), [], "nothing was sent");
    for (const name of ["constructor", "__proto__", "toString", "a?b#c&d=e"]) {
      const answer = await server.call("getManagedObject", { objectType: "alpha_user", objectId: name });
      assert.equal(parts(answer.result).json.status, 404, name);
    }
    for (const seen of (await sandbox.requests()).filter(({ path }) => !/^\/am\/(oauth2|XUI)\//.test(path))) {
      if (seen.path === "/openidm/config/managed") continue; // looks whether the type exists
      if (seen.path === "/openidm/info/login") continue; // looks up who signed in
      if (seen.path === "/openidm/managed/alpha_user") continue; // looks whether the type is served
      assert.ok(seen.path.startsWith("/openidm/managed/alpha_user/"), seen.path);
      assert.equal(seen.query, "");
    }
  });

  test("numbers beyond all bounds are refused or kept, never rounded", async () => {
    for (const text of ["9223372036854775808", "1e999", "-1", "0", "1.5", "251"]) {
      server.write(`{"jsonrpc":"2.0","id":"n${text}","method":"tools/call","params":{"name":"queryManagedObjects","arguments":{"objectType":"alpha_user","pageSize":${text}}}}\n`);
      const answer = await server.message((message) => message.id === `n${text}` || (text === "1e999" && message.error?.code === -32700));
      assert.ok(answer.error || answer.result.isError, text);
    }
  });

  test("2,000 requests written before reading are all answered", async () => {
    const count = 2000;
    let text = "";
    for (let i = 0; i < count; ++i) text += `{"jsonrpc":"2.0","id":"p${i}","method":"ping"}\n`;
    server.write(text);
    for (let i = 0; i < count; ++i) await server.message((message) => message.id === `p${i}`);
  });

  test("bytes that trickle in at 1 MB/s, in pieces that cut lines anywhere, are all answered", async () => {
    const count = 20_000;
    let text = "";
    for (let i = 0; i < count; ++i) text += `{"jsonrpc":"2.0","id":"t${i}","method":"ping"}\n`;
    const piece = 997;
    const begin = performance.now();
    for (let at = 0; at < text.length; at += piece) {
      server.write(text.slice(at, at + piece));
      while (performance.now() - begin < at / 1000) await new Promise(setImmediate);
    }
    await server.message((message) => message.id === `t${count - 1}`);
    assert.equal(server.lines.filter((line) => /^t\d/.test(line.id)).length, count);
  });

  test("a reader that stops costs bounded memory, and gets everything in order once it goes on", async () => {
    const count = 4_000; // lists of tools: more than 100 MB of answers
    server.child.stdout.pause();
    let text = "";
    for (let i = 0; i < count; ++i) text += `{"jsonrpc":"2.0","id":${100_000 + i},"method":"tools/list"}\n`;
    await new Promise((resolve) => server.child.stdin.write(text, resolve));
    const before = memory_mb(server.child.pid);
    server.child.stdout.resume();
    await server.message((message) => message.id === 100_000 + count - 1);
    const ids = server.lines.map((message) => message.id).filter((id) => id >= 100_000);
    assert.deepEqual(ids, Array.from({ length: count }, (_, i) => 100_000 + i));
    assert.ok(Math.max(before, memory_mb(server.child.pid)) < 64, `${before} MB, ${memory_mb(server.child.pid)} MB`);
  });
});

test("60,000 names of members that a hash table takes for one do not hold the others up", async () => {
  const server = RawServer.start({ AIC_BASE_URL: "https://tenant.example.com" });
  await server.initialize();
  const members = Array.from({ length: 60_000 }, (_, i) => `"k${i}":0`).join(",");
  server.write(`{"jsonrpc":"2.0","id":"many","method":"ping","params":{${members}}}\n`);
  assert.match((await server.message((message) => message.error?.code === -32700)).error.message, /10000 members/);
  assert.ok((await server.request("ping")).result);
  assert.deepEqual(await server.close(), { code: 0, signal: null });
});

describe("start", () => {
  const refused = async (env, args = []) => {
    const child = spawn(`${binaries}/aic-mcp-server`, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (part) => (stdout += part));
    child.stderr.on("data", (part) => (stderr += part));
    const [code] = await once(child, "close");
    return { code, stdout, stderr };
  };
  const tenant = { AIC_BASE_URL: "https://tenant.example.com" };

  for (const name of ["AIC_CLIENT_SECRET", "aic_password", "PINGONE_AIC_SERVICE_ACCOUNT_JWK", "PINGONEAIC_REFRESH_TOKEN"]) {
    test(`is refused when ${name} is set`, async () => {
      const { code, stderr } = await refused({ ...tenant, [name]: "hunter2-hunter2" });
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(name));
      assert.ok(!stderr.includes("hunter2"));
      assert.equal(stderr.trim().split("\n").length, 1);
    });
  }

  test("is refused for a credential on the command line and in the address", async () => {
    for (const args of [["--client-secret", "hunter2"], ["--client-secret=hunter2"], ["--service-account-jwk=hunter2"],
      ["--token=hunter2"], ["--token", "hunter2"], ["-thunter2"], ["hunter2"], ["--version=hunter2"]]) {
      const { code, stderr } = await refused(tenant, args);
      assert.equal(code, 1);
      assert.ok(!stderr.includes("hunter2"));
    }
    const { code, stderr } = await refused({ AIC_BASE_URL: "https://me:hunter2@tenant.example.com" });
    assert.equal(code, 1);
    assert.ok(!stderr.includes("hunter2"));
  });

  test("without a tenant says how one looks: in a terminal to the person, to a client in every answer", async () => {
    const { status, stdout } = spawnSync("script", ["-qec", `${binaries}/aic-mcp-server`, "/dev/null"],
      { env: { PATH: process.env.PATH }, encoding: "utf8", timeout: 20_000 });
    assert.equal(status, 1);
    assert.match(stdout, /AIC_BASE_URL.*https:\/\//);

    const server = RawServer.start({ DOCKER_CONTAINER: "yes" });
    const { instructions } = await server.initialize();
    assert.match(instructions, /AIC_BASE_URL[^]*DOCKER_CONTAINER/);
    assert.ok((await server.request("tools/list")).result.tools.length > 50);
    const { json } = parts((await server.call("getThemeSchema")).result);
    assert.equal(json.category, "configuration");
    assert.match(json.error, /AIC_BASE_URL/);
    assert.deepEqual(await server.close(), { code: 1, signal: null });
    await server.says(/AIC_BASE_URL.*https:\/\//);
  });

  test("--help and --version need no settings", async () => {
    for (const [option, text] of [["--help", /AIC_BASE_URL/], ["--version", /^aic-mcp-server \d+\.\d+\.\d+\ncommit ([0-9a-f]{12}(-dirty)?|unknown), \w+-\w+\nlibcurl\/\S+ OpenSSL\/\S+ zlib\/\S+ nghttp2\/\S+\n$/]]) {
      const { code, stdout } = await refused({}, [option]);
      assert.equal(code, 0);
      assert.match(stdout, text);
    }
  });
});
