// mcp-everything over HTTP, on a free port. It is built with the tests, not with the product.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { root } from "./paths.mjs";

export const everything = process.env.AIC_EVERYTHING ?? `${root}/build/dev/mcp-everything`;

export class Everything {
  static async start() {
    const child = spawn(everything, ["--http"], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`mcp-everything ended with ${code}`)));
      child.once("error", reject);
    });
    return new Everything(child, url);
  }

  constructor(child, url) {
    this.child = child;
    this.url = url;
  }

  // How it ended: a clean end shows that nothing was left over.
  async stop() {
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const [code, signal] = await ended;
    return { code, signal };
  }
}
