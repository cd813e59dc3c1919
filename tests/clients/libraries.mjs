// Libraries of PyPI and npm: each is started with the try in its environment (libraries.py, sdk.mjs).
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

// What a library without a loop for a model printed; the others are seen by the scripted model.
const printed = (output) => {
  const line = output.split("\n").find((each) => each.startsWith("SEEN "));
  return line && JSON.parse(line.slice("SEEN ".length));
};

const python = (name, kind, environment) => ({
  name: `${name} (PyPI)`,
  shows: printed,
  version: () => new RegExp(`^${name}==(\\S+)`, "m").exec(readFileSync(join(here, `${environment}.txt`), "utf8"))[1],
  prepare: ({ folder, url, server, script }) => ({ program: `${environment}/bin/python`, args: [join(here, "libraries.py"), kind],
    env: { TRY: JSON.stringify({ url, server, script, folder }) } }),
});
const npm = (name, kind) => ({
  name: `${name} (npm)`,
  package: name,
  shows: printed,
  prepare: ({ folder, url, server, script }) => ({ program: "node", args: [join(here, "sdk.mjs"), kind],
    env: { TRY: JSON.stringify({ url, server, script, folder }) } }),
});

export const libraries = [
  npm("@modelcontextprotocol/sdk", "sdk"),
  npm("@modelcontextprotocol/client", "client"),
  npm("@ai-sdk/mcp", "ai_sdk"),
  npm("@openai/agents", "openai_agents"),
  python("mcp", "mcp", "python-mcp2"),
  python("fastmcp", "fastmcp", "python-mcp2"),
  python("pydantic-ai-slim", "pydantic_ai", "python-mcp2"),
  python("openai-agents", "openai_agents", "python-mcp2"),
  python("google-genai", "google_genai", "python-mcp1"),
  python("anthropic", "anthropic", "python-mcp2"),
  python("langchain-mcp-adapters", "langchain", "python-mcp1"),
  python("smolagents", "smolagents", "python-mcp1"),
];
