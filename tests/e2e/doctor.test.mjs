// `aic-mcp-server doctor`: what is wrong here, one line for each check, and exactly one FAIL for one fault.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

import { records } from "./support/keyring.mjs";
import { redirect_port } from "./support/missing.mjs";
import { binaries } from "./support/paths.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

async function run(env, ...options) {
  const began = performance.now();
  const child = spawn(`${binaries}/aic-mcp-server`, ["doctor", ...options], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "", stderr = "";
  child.stdout.on("data", (part) => (stdout += part));
  child.stderr.on("data", (part) => (stderr += part));
  const [code] = await once(child, "close");
  return { code, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

async function examine(env, ...options) {
  const { code, stdout, stderr, seconds } = await run(env, "--json", ...options);
  assert.ok(seconds < 30, `${seconds} s`);
  const report = JSON.parse(stdout);
  const failed = report.checks.filter(({ verdict }) => verdict === "FAIL");
  assert.equal(code, failed.length > 0 ? 1 : 0, stderr);
  const of = (name) => report.checks.find(({ check }) => check === name);
  return { report, failed, of, text: JSON.stringify(report), stderr };
}

// The one FAIL.
async function fault(env) {
  const { failed, text } = await examine(env);
  assert.equal(failed.length, 1, text);
  return failed[0];
}

const display = { DISPLAY: ":99" };

describe("doctor", { skip: redirect_port }, () => {
  let sandbox;
  before(async () => (sandbox = await Sandbox.start()));
  after(() => sandbox.stop());
  const environment = (more) => sandbox.environment({ ...display, ...more });
  const with_sandbox = async (options, body) => {
    const other = await Sandbox.start(...options);
    try {
      return await body(other);
    } finally {
      await other.stop();
    }
  };

  test("finds nothing wrong with a healthy tenant, in order, and changes nothing", async () => {
    const { report, failed, of, text } = await examine(environment());
    assert.deepEqual(failed, [], text);
    assert.deepEqual(report.checks.map(({ check }) => check),
      ["settings", "environment", "name", "proxy", "tls", "clock", "clients", "port", "browser", "keychain", "memory", "audit"]);
    assert.equal(of("settings").details.find(({ name }) => name === "AIC_BASE_URL").from, "environment");
    assert.match(of("tls").cause, /certificate of AIC sandbox.*valid for (29|30) more days, trusted by the CA file/);
    assert.match(of("keychain").cause, /wrote, read and deleted a record/);
    assert.deepEqual(await records(), []);
    assert.ok((await sandbox.requests()).every(({ method }) => method === "GET"));
  });

  test("writes a line for each check", async () => {
    const { code, stdout } = await run(environment());
    assert.equal(code, 0, stdout);
    for (const check of ["settings", "environment", "clients"]) assert.match(stdout, new RegExp(`^ok    ${check} `, "m"));
  });

  test("signs in, reads something with each kind of token, says who that is, and signs out", async () => {
    const { failed, of, report, text } = await examine(environment(), "--sign-in");
    assert.deepEqual(failed, [], text);
    assert.match(of("sign-in").cause, /by browser/);
    assert.match(of("person").cause, /signed in as [0-9a-f-]{36}/);
    assert.ok(report.checks.filter(({ check }) => check === "token").length >= 6);
    assert.equal(report.checks.at(-1).check, "sign-out");
    assert.deepEqual(await records(), []);
    const secrets = JSON.stringify(await sandbox.control("GET", "/sandbox/secrets"));
    for (const [secret] of secrets.matchAll(/[\w.-]{20,}/g)) assert.ok(!text.includes(secret));
  });

  test("says that a person refused", async () => {
    const { failed, of, text } = await examine(environment({ opener: sandbox.opener("--deny") }), "--sign-in");
    assert.equal(failed.length, 1, text);
    assert.equal(of("sign-in").verdict, "FAIL");
  });

  test("a host that does not exist", async () => {
    const { check, remedy } = await fault(environment({ AIC_BASE_URL: "https://no-such-tenant.invalid" }));
    assert.equal(check, "name");
    assert.match(remedy, /spelling in AIC_BASE_URL/);
  });

  test("an expired certificate", () => with_sandbox(["--certificate", "expired"], async (other) => {
    const { check, cause, remedy } = await fault(other.environment(display));
    assert.equal(check, "tls");
    assert.match(cause, /expired/);
    assert.match(remedy, /date and time of this machine.*renewed/);
  }));

  test("a self-signed certificate", () => with_sandbox(["--certificate", "self-signed"], async (other) => {
    const { check, remedy } = await fault(other.environment(display));
    assert.equal(check, "tls");
    assert.match(remedy, /AIC_CA_FILE/);
  }));

  test("a certificate of another name", () => with_sandbox(["--certificate", "wrong-name"], async (other) => {
    const { check, cause, remedy } = await fault(other.environment(display));
    assert.equal(check, "tls");
    assert.match(cause, /other\.example\.com/);
    assert.match(remedy, /Set AIC_BASE_URL to a name that the certificate is made for/);
  }));

  test("a clock that is an hour off", () => with_sandbox(["--clock-offset", "3600"], async (other) => {
    const { check, cause, remedy } = await fault(other.environment(display));
    assert.equal(check, "clock");
    assert.match(cause, /36\d\d s behind|3599 s behind/);
    assert.match(remedy, /NTP/);
  }));

  test("a proxy that refuses", async () => {
    const proxy = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const url = `http://me:hunter2@127.0.0.1:${proxy.address().port}`;
    try {
      const env = environment({ AIC_BASE_URL: "https://tenant.example.com", HTTPS_PROXY: url });
      const { check, remedy } = await fault(env);
      assert.equal(check, "proxy");
      assert.match(remedy, /HTTPS_PROXY/);
      assert.ok(!(await run(env)).stdout.includes("hunter2"));
    } finally {
      proxy.close();
    }
  });

  test("a tenant without the clients", () => with_sandbox(["--no-mcp-clients"], async (other) => {
    const { check, cause, remedy } = await fault(other.environment(display));
    assert.equal(check, "clients");
    assert.match(cause, /does not know the OAuth client AICMCPClient/);
    assert.match(remedy, /Sandbox or Development tenant/);
  }));

  test("port 3000 in use", async () => {
    const holder = createServer((socket) => socket.destroy()).listen(3000, "127.0.0.1");
    await once(holder, "listening");
    try {
      const { check, cause, remedy } = await fault(environment());
      assert.equal(check, "port");
      assert.match(cause, new RegExp(`in use by .*pid ${process.pid}`));
      assert.match(remedy, /Stop that program/);
    } finally {
      holder.close();
    }
  });

  test("no keyring", async () => {
    const { check, remedy } = await fault(environment({ DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus" }));
    assert.equal(check, "keychain");
    assert.match(remedy, /gnome-keyring/);
  });

  test("an environment that the client has stripped", async () => {
    const { check, cause, remedy } = await fault({ AIC_BASE_URL: sandbox.url, AIC_CA_FILE: sandbox.caFile });
    assert.equal(check, "environment");
    assert.match(cause, /HOME.*PATH/);
    assert.match(remedy, /`env`/);
  });

  test("a setting that cannot be used", async () => {
    const { check, cause } = await fault(environment({ AIC_LOGIN: "password" }));
    assert.equal(check, "settings");
    assert.match(cause, /AIC_LOGIN must be/);
  });
});
