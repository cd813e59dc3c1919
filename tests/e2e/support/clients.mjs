// The official MCP clients of both generations, connected to the real server over stdio.
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as Stdio1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { Client as Client2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as Stdio2 } from "@modelcontextprotocol/client/stdio";

import { binaries } from "./paths.mjs";

const identity = { name: "e2e", version: "1.0.0" };

async function connect(Client, Transport, env, settings) {
  const client = new Client(identity, settings);
  const transport = new Transport({ command: `${binaries}/aic-mcp-server`, env, stderr: "pipe" });
  client.stderr_text = "";
  transport.stderr?.on("data", (part) => (client.stderr_text += part));
  await client.connect(transport);
  client.process_id = transport.pid;
  return client;
}

export const generations = {
  "sdk 1.x": (env, settings = { capabilities: {} }) => connect(Client1, Stdio1, env, settings),
  "client 2.x": (env, settings = { capabilities: {} }) => connect(Client2, Stdio2, env, settings),
};
