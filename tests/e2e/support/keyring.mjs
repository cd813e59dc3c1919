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

// The records once they are as they should be: no call waits until the keychain has taken its token or given up another's.
export async function records_become(expected) {
  for (let patience = 200; ; --patience) {
    const accounts = await records();
    if (expected(accounts)) return accounts;
    if (patience === 0) throw new Error(`the records stay ${JSON.stringify(accounts)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
export const written_records = () => records_become((accounts) => accounts.length > 0);

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
