// The npm packages of ./dev package, as people get them: installed by npm into an empty folder, started by npx.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

import { redirect_port } from "./support/missing.mjs";
import { root } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Registry } from "./support/registry.mjs";
import { clean_environment, Sandbox } from "./support/sandbox.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const run = promisify(execFile);
const folder = `${root}/build/package`;
const tarballs = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".tgz")).map((name) => join(folder, name)) : [];
const platform = `aic-mcp-server-${process.platform}-${process.arch}`;
const without_tenant = { AIC_BASE_URL: "https://openam-example.forgeblocks.com" };

describe("the npm packages", { skip: tarballs.length > 0 ? false : "not built: ./dev package" }, () => {
  let sandbox, registry, work, installed;
  before(async () => {
    work = mkdtempSync(join(tmpdir(), "aic-npm-"));
    registry = await Registry.start(tarballs);
    sandbox = await Sandbox.start();
    installed = await install("installed", "aic-mcp-server", "--registry", registry.url);
  });
  after(async () => {
    await sandbox?.stop();
    await registry?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  // A new folder with what `npm install WORDS…` puts there.
  async function install(name, ...words) {
    const at = join(work, name);
    mkdirSync(at);
    writeFileSync(join(at, "package.json"), '{"private": true}');
    await npm(at, "install", ...words);
    return at;
  }
  const npm = (cwd, ...words) =>
    run("npm", [...words, "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", `--cache=${work}/cache`], { cwd });
  const launcher = (at) => join(at, "node_modules/.bin/aic-mcp-server");
  const start = (at, env) => new RawServer(spawn(launcher(at), [], { env: { ...clean_environment(), ...env }, stdio: "pipe" }));
  const packages = (at) => readdirSync(join(at, "node_modules")).filter((name) => !name.startsWith(".")).sort();

  async function failure(at) {
    const error = await run(launcher(at), [], { env: { ...clean_environment(), ...without_tenant } }).then(
      ({ stdout }) => assert.fail(`it ran: ${stdout}`), (reason) => reason);
    assert.equal(error.code, 1);
    assert.equal(error.stdout, "");
    return error.stderr;
  }

  test("install as the launcher and the program of this platform, in one version, and no more", () => {
    assert.deepEqual(packages(installed), ["aic-mcp-server", platform]);
    const description = (name) => JSON.parse(readFileSync(join(installed, "node_modules", name, "package.json"), "utf8"));
    const { version, optionalDependencies, mcpName, dependencies } = description("aic-mcp-server");
    assert.equal(version, /project\(aic-mcp-server VERSION (\S+)/.exec(readFileSync(`${root}/CMakeLists.txt`, "utf8"))[1]);
    assert.deepEqual(new Set(Object.values(optionalDependencies)), new Set([version]));
    assert.equal(dependencies, undefined);
    assert.equal(mcpName, JSON.parse(readFileSync(`${root}/packaging/server.json`, "utf8")).name);
    assert.equal(description(platform).version, version);
    assert.match(readFileSync(join(installed, "node_modules", platform, "LICENSE"), "utf8"), /Apache License/);
    assert.ok(existsSync(join(installed, "node_modules", platform, "third-party/libcurl.txt")));
  });

  test("install from the two files alone, without a network", async () => {
    const files = tarballs.filter((path) => /aic-mcp-server-\d/.test(path) || path.includes(platform));
    const at = await install("offline", "--offline", ...files);
    assert.deepEqual(packages(at), ["aic-mcp-server", platform]);
    const server = start(at, without_tenant);
    await server.initialize();
    assert.deepEqual(await server.close(), { code: 0, signal: null });
  });

  test("serve the official client through npx: the tools, and a call with the person's token", { skip: redirect_port }, async () => {
    const client = new Client({ name: "e2e", version: "1.0.0" });
    const transport = new StdioClientTransport({
      command: "npx", args: ["--no-install", "aic-mcp-server"], cwd: installed,
      env: sandbox.environment({ npm_config_cache: `${work}/cache`, npm_config_update_notifier: "false" }), stderr: "pipe",
    });
    await client.connect(transport);
    try {
      assert.ok((await client.listTools()).tools.some(({ name }) => name === "queryManagedObjects"));
      const result = await client.callTool({ name: "queryManagedObjects", arguments: { objectType: "alpha_user", pageSize: 2 } });
      assert.ok(!result.isError, result.content[0].text);
      assert.equal(parts(result).json.result.length, 2);
    } finally {
      await client.close();
    }
  });

  test("hand on what the program was told and how it ended", async () => {
    const { stdout } = await run(launcher(installed), ["--version"]);
    assert.match(stdout, /^aic-mcp-server \d+\.\d+\.\d+\n/);
    const refused = await run(launcher(installed), [], { env: { ...clean_environment(), AIC_PASSWORD: "x" } }).catch((error) => error);
    const itself = await run(realpathSync(join(installed, "node_modules", platform, "aic-mcp-server")), [],
      { env: { ...clean_environment(), AIC_PASSWORD: "x" } }).catch((error) => error);
    assert.ok(itself.code > 0);
    assert.deepEqual([refused.code, refused.stdout, refused.stderr], [itself.code, itself.stdout, itself.stderr]);
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    test(`end the program at ${signal}`, async () => {
      const server = start(installed, without_tenant);
      await server.initialize();
      const pid = child_of(server.child.pid);
      assert.deepEqual(await server.kill(signal), { code: 0, signal: null });
      assert.ok(!is_alive(pid));
    });
  }

  test("die of the signal that the program died of", async () => {
    const server = start(installed, without_tenant);
    await server.initialize();
    process.kill(child_of(server.child.pid), "SIGKILL");
    assert.deepEqual(await server.ended, { code: null, signal: "SIGKILL" });
  });

  test("end with the client's pipe where the launcher was killed", async () => {
    const server = start(installed, without_tenant);
    await server.initialize();
    const pid = child_of(server.child.pid);
    await server.kill("SIGKILL");
    server.child.stdin.end();
    for (let patience = 200; is_alive(pid) && patience > 0; --patience) await new Promise((resolve) => setTimeout(resolve, 25));
    assert.ok(!is_alive(pid));
  });

  test("say what to do where the program's package was left out", async () => {
    const at = await install("omitted", "aic-mcp-server", "--omit=optional", "--registry", registry.url);
    assert.deepEqual(packages(at), ["aic-mcp-server"]);
    const told = await failure(at);
    assert.match(told, new RegExp(`${platform}.* is not installed`));
    assert.match(told, /Install both packages of version \d\S+ again.* --include=optional/);
  });

  test("say that this platform has no program, where it has none", async () => {
    const at = await install("foreign", "aic-mcp-server", "--omit=optional", "--registry", registry.url);
    const description = join(at, "node_modules/aic-mcp-server/package.json");
    const changed = { ...JSON.parse(readFileSync(description, "utf8")), optionalDependencies: { "aic-mcp-server-other-x64": "0.0.0" } };
    writeFileSync(description, JSON.stringify(changed));
    // A package of that name that this one does not name is somebody else's, and is not started.
    const foreign = join(at, "node_modules", platform);
    mkdirSync(foreign);
    writeFileSync(join(foreign, "package.json"), JSON.stringify({ name: platform, version: "0.0.0" }));
    writeFileSync(join(foreign, "aic-mcp-server"), "#!/bin/sh\necho started >&2\nexit 3\n", { mode: 0o755 });
    assert.match(await failure(at), new RegExp(`no program for ${process.platform}-${process.arch} .*, only for other-x64`));
  });

  test("say that glibc is needed where the program's loader is missing", async () => {
    const at = await install("musl", "aic-mcp-server", "--registry", registry.url);
    const program = join(at, "node_modules", platform, "aic-mcp-server");
    const bytes = readFileSync(program);
    const loader = bytes.indexOf("/ld-linux");
    assert.ok(loader > 0);
    bytes.write("/no-linux", loader);
    writeFileSync(program, bytes);
    const { config } = JSON.parse(readFileSync(join(at, "node_modules/aic-mcp-server/package.json"), "utf8"));
    const { stdout } = await run("objdump", ["-T", join(installed, "node_modules", platform, "aic-mcp-server")], { maxBuffer: 1e8 });
    assert.ok(stdout.includes(`GLIBC_${config.glibc})`), config.glibc);
    assert.match(await failure(at), new RegExp(`needs glibc ${config.glibc.replace(".", "\\.")} or later.*musl`));
  });
});

// A process that nobody has asked for its end yet is dead, too.
const is_alive = (pid) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
const child_of = (pid) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
