// The server over its pipes, line by line: for what an official client would never send.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { binaries } from "./paths.mjs";

export class RawServer {
  static start(env, args = []) {
    return new RawServer(spawn(`${binaries}/aic-mcp-server`, args, { env, stdio: ["pipe", "pipe", "pipe"] }));
  }

  constructor(child) {
    this.child = child;
    this.lines = [];
    this.stderr = "";
    this.waiting = [];
    this.asked = new Map();  // requests of this object's own ids: a load of thousands must not search through lines
    this.next_id = 1;
    child.stderr.on("data", (part) => (this.stderr += part));
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (text) => {
      const message = JSON.parse(text);
      this.lines.push(message);
      this.asked.get(message.id)?.(message);
      this.waiting = this.waiting.filter(({ match, resolve }) => !(match(message) && (resolve(message), true)));
    });
    this.ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));
    this.closed = once(child, "close");
  }

  write(text) {
    this.child.stdin.write(text);
  }
  send(message) {
    this.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
  }

  // The first message, already seen or still to come, that matches.
  message(match) {
    const seen = this.lines.find(match);
    if (seen) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      this.waiting.push({ match, resolve });
      this.ended.then(({ code, signal }) => reject(new Error(`the server ended (${code ?? signal}): ${this.stderr}`)));
    });
  }

  // Once stderr holds it: what was written there before a message may come after it, as the pipes are two.
  says(wanted) {
    const says = () => (wanted instanceof RegExp ? wanted.test(this.stderr) : this.stderr.includes(wanted));
    if (says()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const give_up = () => (says() ? resolve() : reject(new Error(`${wanted} is not on stderr: ${this.stderr}`)));
      this.child.stderr.on("data", () => says() && resolve());
      this.closed.then(give_up);
      setTimeout(give_up, 10_000).unref();
    });
  }

  request(method, params, id) {
    const own = id ?? this.next_id++;
    const answer = id === undefined ? this.answer(own)
      : this.message((message) => message.id === id && !("method" in message));
    this.send({ id: own, method, ...(params === undefined ? {} : { params }) });
    return answer;
  }
  answer(id) {
    return new Promise((resolve, reject) => {
      this.asked.set(id, (message) => {
        if ("method" in message) return;  // a request of the server's with the same id
        this.asked.delete(id);
        resolve(message);
      });
      this.ended.then(({ code, signal }) => reject(new Error(`the server ended (${code ?? signal}): ${this.stderr}`)));
    });
  }
  call(name, args = {}, meta) {
    return this.request("tools/call", { name, arguments: args, ...(meta ? { _meta: meta } : {}) });
  }

  async initialize({ version = "2025-11-25", capabilities = {} } = {}) {
    const answer = await this.request("initialize", {
      protocolVersion: version, capabilities, clientInfo: { name: "raw", version: "0" },
    });
    this.send({ method: "notifications/initialized" });
    return answer.result;
  }

  async close() {
    this.child.stdin.end();
    return this.ended;
  }
  async kill(signal = "SIGKILL") {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.ended;
  }
}

// A result's one text item: the JSON, and the lines before and behind it, which blank lines part from it.
export function parts(result) {
  const paragraphs = result.content[0].text.split("\n\n");
  const at = paragraphs.findIndex((paragraph) => /^[{[]/.test(paragraph));
  const [json] = paragraphs.splice(at, 1);
  return { json: JSON.parse(json), notes: paragraphs.join("\n") };
}
