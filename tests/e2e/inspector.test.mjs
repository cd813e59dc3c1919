// The official inspector's command line on the product: it lists, and it calls with the rights of who signed in.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { redirect_port } from "./support/missing.mjs";
import { binaries, here } from "./support/paths.mjs";
import { Sandbox } from "./support/sandbox.mjs";

const inspector = `${here}/node_modules/.bin/mcp-inspector`;

describe("the inspector", () => {
  let sandbox;
  let home;
  before(async () => {
    sandbox = await Sandbox.start();
    home = mkdtempSync(join(tmpdir(), "aic-inspector-"));
  });
  after(async () => {
    rmSync(home, { recursive: true, force: true });
    await sandbox.stop();
  });

  function inspect(...words) {
    const env = sandbox.environment();
    const settings = Object.entries(env).filter(([name]) => name.startsWith("AIC_") || name === "BROWSER")
      .flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [inspector, "--cli", ...settings, `${binaries}/aic-mcp-server`, ...words],
        { env: { ...process.env, HOME: home }, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
          if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
          else resolve(JSON.parse(stdout));
        });
    });
  }

  test("lists the tools", async () => {
    const { tools } = await inspect("--method", "tools/list");
    assert.ok(tools.some((tool) => tool.name === "queryManagedObjects"));
  });

  test("calls a tool", { skip: redirect_port }, async () => {
    const { content, isError } = await inspect("--method", "tools/call", "--tool-name", "queryManagedObjects",
      "--tool-arg", "objectType=alpha_user", "--tool-arg", "pageSize=2");
    assert.ok(!isError, content[0].text);
    assert.match(content[0].text, /Transaction ID/);
  });
});
