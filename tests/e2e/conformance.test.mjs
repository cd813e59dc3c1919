// The protocol's own conformance suite against mcp-everything: what each revision requires must hold, without a list
// of exceptions. What it runs beyond that is reported.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Everything } from "./support/everything.mjs";
import { here } from "./support/paths.mjs";

const suite = `${here}/node_modules/@modelcontextprotocol/conformance`;

// The names below `server:`, or the server scenarios below `not_scored:`.
function scenarios(revision) {
  const text = readFileSync(`${suite}/requirements/${revision}.yaml`, "utf8");
  const section = (name) => new RegExp(`^${name}:\\n((?:[ ].*\\n|\\n)*)`, "m").exec(text)[1];
  return {
    required: [...section("server").matchAll(/^  - (\S+)$/gm)].map(([, name]) => name),
    not_scored: [...section("not_scored").matchAll(/scenario: (\S+)\n\s+leg: server\n\s+reason: (\S+)/g)],
  };
}

const run = (url, revision, folder) => new Promise((resolve) => {
  execFile(process.execPath, [`${suite}/dist/index.js`, "server", "--url", url, "--requirements", revision, "-o", folder],
    { maxBuffer: 64 << 20 }, (error, stdout, stderr) => resolve({ code: error ? error.code : 0, output: stdout + stderr }));
});

// What the suite found in each scenario, by name.
function checks(folder) {
  const found = new Map();
  for (const entry of readdirSync(folder)) {
    const name = /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(entry)[1];
    found.set(name, JSON.parse(readFileSync(join(folder, entry, "checks.json"), "utf8")));
  }
  return found;
}

const count = (list, status) => list.filter((check) => check.status === status).length;
const complaints = (list) => list.filter((check) => ["FAILURE", "WARNING"].includes(check.status))
  .map((check) => `${check.status} ${check.id}: ${check.errorMessage}`);

describe("the official conformance suite", () => {
  let server;
  before(async () => {
    server = await Everything.start();
  });
  after(async () => {
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });

  for (const revision of ["2025-11-25", "2026-07-28"]) {
    test(`${revision}: everything that is required`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "aic-conformance-"));
      try {
        const { code, output } = await run(server.url, revision, folder);
        const found = checks(folder);
        const { required, not_scored } = scenarios(revision);
        assert.ok(required.length >= 30, "the requirements were read");
        for (const name of required) {
          assert.ok(found.has(name), `${name} ran`);
          assert.deepEqual(complaints(found.get(name)), [], name);
          assert.ok(count(found.get(name), "SUCCESS") > 0, `${name} checked something`);
        }
        assert.equal(code, 0, output);
        t.diagnostic(`${required.length} required scenarios of ${revision} passed`);
        for (const [, name, reason] of not_scored) {
          const list = found.get(name) ?? [];
          t.diagnostic(`not scored: ${name} (${reason}): ${count(list, "SUCCESS")} passed, ${count(list, "FAILURE")} failed`);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
