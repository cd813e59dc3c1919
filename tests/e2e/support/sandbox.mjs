// Starts the real sandbox tenant on a free port and stops it again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";

import { binaries, here } from "./paths.mjs";

export class Sandbox {
  static start(...options) {
    return Sandbox.start_by([`${binaries}/aic-sandbox`], ...options);
  }

  // By another command: program and first arguments.
  static async start_by([program, ...words], ...options) {
    const child = spawn(program, [...words, "--port", "0", "--print-json", "--quiet", ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`aic-sandbox ended with ${code}`)));
      child.once("error", reject);
    });
    return new Sandbox(child, JSON.parse(line));
  }

  constructor(child, facts) {
    this.child = child;
    Object.assign(this, facts); // url, caFile, spkiSha256, user, password
  }

  // What an MCP client's configuration would hold; `opener` signs in by itself, "" opens no browser.
  environment({ opener = this.opener(), ...more } = {}) {
    return { ...clean_environment(), AIC_BASE_URL: this.url, AIC_CA_FILE: this.caFile, BROWSER: opener, ...more };
  }

  opener(...options) {
    const words = [process.execPath, `${here}/support/opener.mjs`, "--ca", this.caFile, "--user", this.user,
      "--password", this.password, ...options, "%s"];
    return words.map((word) => `'${word}'`).join(" ");
  }

  async control(method, path, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await new Promise((resolve, reject) => {
      const sent = https.request(new URL(path, this.url), {
        method, ca: readFileSync(this.caFile), agent: false,
        headers: text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
      }, (response) => {
        let whole = "";
        response.on("data", (part) => (whole += part));
        response.on("end", () => resolve({ status: response.statusCode, text: whole }));
      });
      sent.on("error", reject);
      sent.end(text);
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === "" ? null : JSON.parse(answer.text);
  }

  // What was asked of the tenant since the last reset, oldest first.
  async requests() {
    return (await this.control("GET", "/sandbox/requests?limit=100000")).requests;
  }
  delay(ms) {
    return this.control("POST", "/sandbox/delay", { ms });
  }
  fault(fault) {
    return this.control("POST", "/sandbox/faults", fault);
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }
}

// The environment without settings that would change what is tested.
export function clean_environment() {
  const kept = { ...process.env };
  for (const name of Object.keys(kept)) {
    if (/^(AIC_|PINGONE|DOCKER_CONTAINER$|BROWSER$|https?_proxy$|all_proxy$|no_proxy$|NODE_EXTRA|SSL_CERT)/i.test(name)) {
      delete kept[name];
    }
  }
  return kept;
}
