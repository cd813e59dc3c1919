// The whole server where the keychain is there and gives no answer: the Secret Service's process is stopped, as by a debugger.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { records } from "./support/keyring.mjs";
import { redirect_port } from "./support/missing.mjs";
import { RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { describe, test } from "./support/suite.mjs";

const run = promisify(execFile);

async function secret_service() {
  const { stdout } = await run("gdbus", ["call", "--session", "-d", "org.freedesktop.DBus", "-o", "/org/freedesktop/DBus",
    "-m", "org.freedesktop.DBus.GetConnectionUnixProcessID", "org.freedesktop.secrets"]);
  return Number(/uint32 (\d+)/.exec(stdout)[1]);
}

const sign_ins = async (sandbox) =>
  (await sandbox.requests()).filter(({ grantType }) => grantType === "authorization_code").length;

describe("a keychain that gives no answer", { skip: redirect_port }, () => {
  test("keeps no call waiting, costs no second sign-in, and does not keep the server from ending", async () => {
    const sandbox = await Sandbox.start();
    const daemon = await secret_service();
    process.kill(daemon, "SIGSTOP");
    let server;
    try {
      server = RawServer.start(sandbox.environment());
      const warned = new Promise((resolve) => server.child.stderr.on("data", () => server.stderr.includes("the keychain") && resolve()));
      await server.initialize();
      const began = performance.now();
      const first = await server.call("queryManagedObjects", { objectType: "alpha_user", pageSize: 2 });
      assert.ok(!first.result.isError, first.result.content[0].text);
      // The keychain's limit is ten seconds.
      assert.ok(performance.now() - began < 8_000, `${performance.now() - began} ms`);
      await warned;
      assert.match(server.stderr, /the keychain cannot be used \(Secret Service\): it did not answer in time/);
      // Another scope set: the login token is needed once more.
      const second = await server.call("getLogSources");
      assert.ok(!second.result.isError, second.result.content[0].text);
      assert.equal(await sign_ins(sandbox), 1);
      const ending = performance.now();
      assert.deepEqual(await server.close(), { code: 0, signal: null });
      assert.ok(performance.now() - ending < 8_000, `${performance.now() - ending} ms`);
    } finally {
      process.kill(daemon, "SIGCONT");
      await server?.kill();
      await sandbox.stop();
    }
    assert.deepEqual(await records(), []);
  });
});
