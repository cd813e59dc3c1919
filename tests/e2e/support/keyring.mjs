// Looks at the real Secret Service, from outside the server.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const service = "PingOneAIC_MCP_Server";

// The accounts of the records under our service.
export async function records() {
  const { stdout, stderr } = await run("secret-tool", ["search", "--all", "service", service]).catch((error) => {
    if (error.code === 1 && !error.stdout) return { stdout: "", stderr: "" };
    throw error;
  });
  return [...(stdout + stderr).matchAll(/^attribute\.account = (.*)$/gm)].map((found) => found[1]);
}

export async function record_value(account) {
  const { stdout } = await run("secret-tool", ["lookup", "service", service, "account", account]);
  return stdout;
}

export async function store(account, value) {
  const child = run("secret-tool", ["store", "--label", "left over", "service", service, "account", account]);
  child.child.stdin.end(value);
  await child;
}

export async function erase(account) {
  await run("secret-tool", ["clear", "service", service, "account", account]);
}
