// Tokens in memory (R-TOK-01, R-TOK-02, R-PKC-02): root searches the release server's memory for every token, code and
// verifier that the tenant ever handed out. Nothing is left in ordinary memory, and what is over is left nowhere.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { promisify } from "node:util";

import { written_records } from "./support/keyring.mjs";
import { look_into_processes, redirect_port } from "./support/missing.mjs";
import { here } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { describe, test } from "./support/suite.mjs";

const run = promisify(execFile);
const piece_length = 24;
// Buffers go with their connection, which is closed beside the call that it served.
const patience = 10_000;

// The writable mappings of a process: where they are, and whether they are locked, as those for secrets are.
function mappings(pid) {
  const found = [];
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    const [, begin, end, access, path] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
    if (begin) found.push({ begin: BigInt(`0x${begin}`), end: BigInt(`0x${end}`), access, path, locked: false });
    else if (/^VmFlags:.*\blo\b/.test(line)) found.at(-1).locked = true;
  }
  return found.filter(({ access, path }) => access.startsWith("rw") && !/^\[v/.test(path));
}

// A long token may survive in part: pieces of its middle and end, whose bytes no other token has.
const pieces = (secret) =>
  [Math.floor(secret.length / 2), secret.length - piece_length]
    .map((at) => secret.slice(Math.max(at, 0), Math.max(at, 0) + piece_length));

// The secrets of which a piece is in memory, in locked pages only where `locked` says so.
function secrets_in(pid, secrets) {
  const found = { locked: new Set(), ordinary: new Set() };
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const { begin, end, locked, path } of mappings(pid)) {
      const bytes = Buffer.alloc(Number(end - begin));
      let size = 0;
      try {
        size = readSync(memory, bytes, 0, bytes.length, begin);
      } catch (error) {
        if (error.code !== "EIO") throw error;  // a guard page
      }
      const text = bytes.subarray(0, size).toString("latin1");
      for (const [name, secret] of secrets) {
        if (pieces(secret).some((piece) => text.includes(piece))) {
          (locked ? found.locked : found.ordinary).add(locked ? name : `${name} in ${path || "memory without a name"}`);
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return { locked: [...found.locked].sort(), ordinary: [...found.ordinary].sort() };
}

async function secrets_of(sandbox) {
  const { loginTokens, scopedTokens, ofSignIns } = await sandbox.control("GET", "/sandbox/secrets");
  const named = (kind, list) => list.map((secret, index) => [`${kind} ${index + 1}`, secret]);
  return [...named("login token", loginTokens), ...named("scoped token", scopedTokens), ...named("sign-in's", ofSignIns)];
}

// `kept` is what may be there, and only in locked pages.
async function holds_only(server, sandbox, kept, when) {
  const secrets = await secrets_of(sandbox);
  const expected = { locked: kept, ordinary: [] };
  let found;
  for (const end = Date.now() + patience; Date.now() < end; ) {
    found = secrets_in(server.child.pid, secrets);
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(found, expected, when);
}

const ok = ({ result }) => assert.ok(!result.isError, result.content[0].text);
const users = ["queryManagedObjects", { objectType: "alpha_user", pageSize: 2 }];

// Signs in by a device code: the first call says where, a person goes there, the second call joins.
async function sign_in_by_device(server, sandbox) {
  const { json } = parts((await server.call(...users)).result);
  assert.equal(json.category, "login_required");
  await run(process.execPath, [`${here}/support/opener.mjs`, "--ca", sandbox.caFile, "--user", sandbox.user,
    "--password", sandbox.password, json.detail.url]);
}

const by_browser = async () => {};
const no_keychain = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" };
const ways = {
  "browser, keychain": { sign_in: by_browser, env: {}, keychain: true },
  "browser, no keychain": { sign_in: by_browser, env: no_keychain },
  "device, keychain": { sign_in: sign_in_by_device, env: { AIC_LOGIN: "device" }, keychain: true },
  "device, container": { sign_in: sign_in_by_device, env: { DOCKER_CONTAINER: "true" } },
};

const tenants = {
  "opaque tokens": ["--tokens", "opaque"],
  "long tokens": ["--tokens", "jwt"],
  "long tokens over HTTP/1.1": ["--tokens", "jwt", "--http1"],
};

describe("memory", { skip: look_into_processes || redirect_port }, () => {
  for (const [tenant, options] of Object.entries(tenants)) {
    for (const [way, { sign_in, env, keychain = false }] of Object.entries(ways)) {
      test(`${tenant}, ${way}: nothing outside locked pages, and nothing that is over`, async () => {
        const sandbox = await Sandbox.start(...options, "--device-interval", "1");
        const server = RawServer.start(sandbox.environment({ AIC_LOGIN_WAIT_S: "1", ...env }));
        const login = (number) => (keychain ? [] : [`login token ${number}`]);
        try {
          await server.initialize();
          await sign_in(server, sandbox);
          ok(await server.call(...users, { progressToken: 1 }));
          ok(await server.call("getLogSources", {}, { progressToken: 2 }));
          if (keychain) await written_records();
          await holds_only(server, sandbox, [...login(1), "scoped token 1", "scoped token 2"], "after use");

          await sandbox.control("POST", "/sandbox/revoke", { tokens: "all" });
          await sign_in(server, sandbox);
          ok(await server.call(...users, { progressToken: 3 }));
          ok(await server.call("getLogSources", {}, { progressToken: 4 }));
          if (keychain) await written_records();
          await holds_only(server, sandbox, [...login(2), "scoped token 3", "scoped token 4"], "after signing in anew");
        } finally {
          await server.kill("SIGTERM");
          await sandbox.stop();
        }
      });
    }
  }
});
