// The audit log: what the real program writes beside another one and when it is killed, and `aic-mcp-server audit`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { redirect_port } from "./support/missing.mjs";
import { binaries } from "./support/paths.mjs";
import { RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { after, afterEach, before, beforeEach, describe, test } from "./support/suite.mjs";

const audit = (...words) => spawnSync(`${binaries}/aic-mcp-server`, ["audit", ...words], { encoding: "utf8" });

describe("audit log", { skip: redirect_port }, () => {
  let sandbox, folder, file;
  before(async () => (sandbox = await Sandbox.start()));
  after(() => sandbox.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aic-audit-"));
    file = join(folder, "audit.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const start = async (more) => {
    const server = RawServer.start(sandbox.environment({ AIC_AUDIT_FILE: file, ...more }));
    await server.initialize();
    return server;
  };
  const lines = () => readFileSync(file, "utf8").trimEnd().split("\n").map(JSON.parse);
  const call = async (server, name, args) => (await server.call(name, args)).result;
  const set = (server, variableId, value) => call(server, "setVariable", { variableId, type: "string", value });

  test("has sign-in, calls and sign-out of two servers, whole, for the owner only, without a secret", async () => {
    const servers = [await start(), await start()];
    for (const server of servers) {
      await server.call("getLogSources");
      await server.call("createManagedObject", { objectType: "alpha_user",
        objectData: { userName: `audited-${Math.random()}`, givenName: "Gwendolyn", sn: "X", mail: "g@example.com", password: "Hunter2!Hunter2" } });
    }
    for (const server of servers) await server.close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const text = readFileSync(file, "utf8");
    for (const word of ["Gwendolyn", "Hunter2", "g@example.com", "Bearer", "eyJ"]) assert.ok(!text.includes(word), word);
    const whole = audit(file);
    assert.equal(whole.status, 0, whole.stderr);
    assert.match(whole.stderr, /^The log is whole: lines 8, runs 2$/m);
    assert.equal(lines().filter(({ event }) => event === "sign-in").length, 2);
    assert.match(whole.stdout, /createManagedObject objectType=alpha_user objectData=<object of \d+ bytes>: done, change 1\n {4}POST \/openidm\/managed\/alpha_user\?_action=create: 201/);

    const { person } = lines().find(({ event }) => event === "call");
    const only = audit(file, "--json", "--tool", "getLogSources", "--person", person, "--since", "2026-01-01");
    assert.deepEqual(only.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).tool), ["getLogSources", "getLogSources"]);
    assert.equal(audit(file, "--since", "2999-01-01").stdout, "");
    assert.match(audit(file, "--since", "soon").stderr, /--since takes a date/);
  });

  test("names the first line that somebody changed or took away", async () => {
    const server = await start();
    for (let i = 0; i < 4; ++i) await server.call("getLogSources");
    await server.close();
    const original = readFileSync(file, "utf8");
    writeFileSync(file, original.replace('"outcome":"done"', '"outcome":"gone"'));
    const changed = audit(file);
    assert.equal(changed.status, 1);
    assert.match(changed.stderr, /broken at line 3: the line before it in run [0-9a-f-]{36} was changed/);
    writeFileSync(file, original.split("\n").toSpliced(2, 1).join("\n"));
    assert.match(audit(file).stderr, /broken at line 3: line 4 of run .* follows its line 2/);
    assert.equal(audit(join(folder, "none")).status, 1);
    writeFileSync(file, original);
    const full = spawnSync("sh", ["-c", `'${binaries}/aic-mcp-server' audit '${file}' > /dev/full`], { encoding: "utf8" });
    assert.equal(full.status, 1, full.stderr);
    assert.match(full.stderr, /not printed in full: No space left on device/);
    const head = spawnSync("bash", ["-c", `set -o pipefail; '${binaries}/aic-mcp-server' audit '${file}' | head -c 1`], { encoding: "utf8" });
    assert.equal(head.status, 0, head.stderr);
  });

  test("has no broken line after SIGKILL amid a thousand writes", async () => {
    for (let round = 0; round < 3; ++round) {
      const server = await start();
      await set(server, "esv-audited-0", "x");
      const calls = Array.from({ length: 1000 }, (_, i) => set(server, `esv-audited-${i % 7}`, `${i}`).catch(() => undefined));
      await new Promise((resolve) => setTimeout(resolve, 150 + 130 * round));
      await server.kill();
      await Promise.all(calls);
    }
    const { status, stderr } = audit(file);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /runs 3/);
    assert.ok(lines().length > 6, stderr);
  });

  test("warns in the result where a line is missing, and refuses where it is required", async () => {
    const server = await start({ AIC_AUDIT_FILE: join(folder, "none", "audit.jsonl") });
    const told = await set(server, "esv-audited-1", "x");
    assert.notEqual(told.isError, true);
    assert.match(told.content[0].text, /This call is not in the audit log: .*No such file or directory/);
    await server.close();
    const strict = await start({ AIC_AUDIT_FILE: join(folder, "none", "audit.jsonl"), AIC_AUDIT_REQUIRED: "true" });
    const before_call = (await sandbox.requests()).length;
    const refused = await set(strict, "esv-audited-1", "y");
    assert.equal(refused.isError, true);
    assert.match(refused.content[0].text, /AIC_AUDIT_REQUIRED/);
    assert.equal((await sandbox.requests()).length, before_call);
    await strict.close();
  });

  test("has the number of each change, also beside another server and after an undo", async () => {
    const servers = [await start(), await start()];
    const numbers = [];
    for (const [i, server] of servers.entries()) {
      for (const name of ["a", "b"]) {
        const told = await set(server, `esv-numbered-${name}-${i}`, "x");
        numbers.push(JSON.parse(told.content[0].text.split("\n\n").find((part) => part.startsWith("{"))).changeNumber);
      }
      assert.notEqual((await call(server, "undoChange", { change: 1 })).isError, true);
      assert.equal((await call(server, "undoChange", { change: 1 })).isError, true);
    }
    for (const server of servers) await server.close();
    assert.deepEqual(numbers, [1, 2, 1, 2]);
    const calls = lines().filter(({ event }) => event === "call");
    assert.deepEqual(calls.map(({ tool, changeNumber }) => `${tool} ${changeNumber}`), Array(2).fill(
      ["setVariable 1", "setVariable 2", "undoChange 3", "undoChange undefined"]).flat());
    assert.match(audit(file).stdout, /undoChange change=1: done, change 3$/m);
  });

  test("changes nothing in another file that AIC_AUDIT_FILE names by mistake", async () => {
    const mine = '{ "mcpServers": {} }';  // without a line break, as some editors leave it
    writeFileSync(file, mine);
    const server = await start();
    const told = await set(server, "esv-audited-2", "x");
    assert.match(told.content[0].text, /This call is not in the audit log: .* is not an audit log/);
    await server.close();
    assert.match(server.stderr, /the audit file .* cannot be used: is not an audit log/);
    assert.equal(readFileSync(file, "utf8"), mine);
    assert.equal(audit(file).status, 1);
  });

  test("is checked by doctor", async () => {
    const examine = (more) => {
      const { stdout } = spawnSync(`${binaries}/aic-mcp-server`, ["doctor", "--json"],
        { env: sandbox.environment({ DISPLAY: ":99", AIC_AUDIT_FILE: file, ...more }), encoding: "utf8" });
      return JSON.parse(stdout).checks.find(({ check }) => check === "audit");
    };
    assert.equal(examine().verdict, "ok");
    writeFileSync(file, "");
    chmodSync(file, 0o644);
    assert.match(examine().remedy, /chmod 600/);
    assert.equal(examine({ AIC_AUDIT_FILE: folder }).verdict, "FAIL");
    writeFileSync(file, "something else");
    assert.match(examine().cause, /is not an audit log/);
    assert.equal(examine({ AIC_AUDIT_FILE: "" }).verdict, "skip");
  });
});
