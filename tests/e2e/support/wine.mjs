// The Windows programs under Wine, in a prefix of their own, and Wine's Credential Manager seen from outside.
import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { root } from "./paths.mjs";
import { RawServer } from "./raw.mjs";
import { clean_environment } from "./sandbox.mjs";

const run = promisify(execFile);
export const programs = process.env.AIC_WINDOWS_BINARIES ?? `${root}/build/windows`;

// Why the tests cannot run; empty when they can.
export function missing() {
  if (spawnSync("wine", ["--version"]).error) return "wine is not installed (./dev windows)";
  return existsSync(`${programs}/aic-mcp-server.exe`) ? "" : "the Windows programs are not built (./dev windows)";
}

export const windows_path = (path) => `Z:${path.replaceAll("/", "\\")}`;

export class Wine {
  static async start() {
    const wine = new Wine(mkdtempSync(join(tmpdir(), "aic-wine-")));
    await run("wineboot", ["-i"], { env: wine.environment() });
    return wine;
  }

  constructor(prefix) {
    this.prefix = prefix;
  }

  environment(more = {}) {
    const env = { ...clean_environment(), WINEPREFIX: this.prefix, WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree=,mshtml=", ...more };
    delete env.DISPLAY;
    return env;
  }

  server(env) {
    return new RawServer(spawn("wine", [`${programs}/aic-mcp-server.exe`], { env: this.environment(env), stdio: ["pipe", "pipe", "pipe"] }));
  }

  // Runs one of the programs to its end.
  run_in(env, program, ...words) {
    const settled = ({ code = 0, stdout, stderr }) => ({ code, output: stdout + stderr });
    return run("wine", [`${programs}/${program}`, ...words], { env: this.environment(env) }).then(settled, settled);
  }

  async credentials(...words) {
    const { stdout } = await run("wine", [`${programs}/credentials.exe`, ...words], { env: this.environment() });
    return stdout;
  }

  // Target, user, persistence and size of each credential.
  async records() {
    const lines = (await this.credentials("list")).split(/\r?\n/).filter((line) => line !== "");
    return lines.map((line) => {
      const [target, user, persistence, size] = line.split("\t");
      return { target, user, persistence: Number(persistence), size: Number(size) };
    });
  }

  async records_become(expected) {
    for (let patience = 60; ; --patience) {
      const records = await this.records();
      if (expected(records)) return records;
      if (patience === 0) throw new Error(`the records stay ${JSON.stringify(records)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  // Only what runs in this prefix.
  async stop() {
    await run("wineserver", ["-k"], { env: this.environment() }).catch(() => {});
    await run("wineserver", ["-w"], { env: this.environment() }).catch(() => {});
    rmSync(this.prefix, { recursive: true, force: true });
  }
}
