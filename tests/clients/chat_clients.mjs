// Chat clients: how each is told of the server and of the model, and how it is started with one prompt. Nobody's own
// settings are touched: each gets a home of its own.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const prompt = "Do what the script says.";
const model = "scripted";
const key = "made-up-key";

function write(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}
const installed = (path) => `npm/node_modules/${path}`;
const toml = (value) => (Array.isArray(value) ? `[${value.map(toml).join(", ")}]` : JSON.stringify(value));
const toml_table = (value) => `{ ${Object.entries(value).map(([name, one]) => `${name} = ${toml(one)}`).join(", ")} }`;

// Each: prepare({home, url, server: {command, args, env}}) → {program, args, env}, with `before` = arguments of a first start.
export const chat_clients = [
  {
    name: "Claude Code", package: "@anthropic-ai/claude-code",
    prepare({ home, url, server }) {
      write(join(home, "mcp.json"), { mcpServers: { aic: server } });
      return { program: installed("@anthropic-ai/claude-code-linux-x64/claude"),
        args: ["-p", prompt, "--mcp-config", join(home, "mcp.json"), "--strict-mcp-config", "--allowedTools", "mcp__aic"],
        env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" } };
    },
  },
  {
    name: "Codex", package: "@openai/codex",
    prepare({ home, url, server }) {
      write(join(home, ".codex/config.toml"), `model = "${model}"\nmodel_provider = "scripted"\n
[model_providers.scripted]\nname = "scripted"\nbase_url = "${url}/v1"\nenv_key = "SCRIPTED_KEY"\nwire_api = "responses"\n
[mcp_servers.aic]\ncommand = ${toml(server.command)}\nargs = ${toml(server.args)}\nenv = ${toml_table(server.env)}\ntool_timeout_sec = 300\n`);
      return { program: installed(".bin/codex"), args: ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
        env: { SCRIPTED_KEY: key } };
    },
  },
  {
    name: "Gemini CLI", package: "@google/gemini-cli",
    prepare({ home, url, server }) {
      write(join(home, ".gemini/settings.json"), { mcpServers: { aic: { ...server, trust: true } },
        security: { auth: { selectedType: "gemini-api-key" } }, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } });
      return { program: installed(".bin/gemini"), args: ["-p", prompt, "--yolo", "-m", "gemini-2.5-pro"],
        env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: "true" } };
    },
  },
  {
    name: "opencode", package: "opencode-ai",
    prepare({ home, url, server: { command, args, env } }) {
      write(join(home, ".config/opencode/opencode.json"), {
        provider: { scripted: { npm: "@ai-sdk/openai-compatible", options: { baseURL: `${url}/v1`, apiKey: key }, models: { [model]: {} } } },
        mcp: { aic: { type: "local", command: [command, ...args], environment: env } }, autoupdate: false, share: "disabled" });
      return { program: installed("opencode-linux-x64/bin/opencode"), args: ["run", "-m", `scripted/${model}`, prompt],
        env: { OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1" } };
    },
  },
  {
    name: "Copilot CLI", package: "@github/copilot",
    prepare({ home, url, server }) {
      write(join(home, ".copilot/mcp-config.json"), { mcpServers: { aic: { type: "local", ...server, tools: ["*"] } } });
      return { program: installed(".bin/copilot"), args: ["-p", prompt, "--allow-all-tools", "--no-color", "--no-auto-update"],
        env: { COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_PROVIDER_API_KEY: key, COPILOT_MODEL: model, COPILOT_OFFLINE: "true" } };
    },
  },
  {
    name: "Qwen Code", package: "@qwen-code/qwen-code",
    prepare({ home, url, server }) {
      write(join(home, ".qwen/settings.json"), { mcpServers: { aic: { ...server, trust: true } }, security: { auth: { selectedType: "openai" } },
        privacy: { usageStatisticsEnabled: false }, general: { disableAutoUpdate: true } });
      return { program: installed(".bin/qwen"), args: ["-p", prompt, "--yolo"], env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: model } };
    },
  },
  {
    name: "Cline", package: "cline",
    prepare({ home, url, server }) {
      write(join(home, ".cline/data/settings/cline_mcp_settings.json"), { mcpServers: { aic: server } });
      return { program: installed(".bin/cline"), before: ["auth", "-p", "openai-compatible", "-k", key, "-m", model, "-b", `${url}/v1`],
        args: ["--json", "-P", "openai-compatible", "-m", model, prompt], env: {} };
    },
  },
  {
    name: "Continue", package: "@continuedev/cli",
    prepare({ home, url, server: { command, args, env } }) {
      write(join(home, "config.yaml"), JSON.stringify({ name: "tries", version: "1.0.0", schema: "v1",
        models: [{ name: model, provider: "openai", model, apiBase: `${url}/v1`, apiKey: key, roles: ["chat"], capabilities: ["tool_use"] }],
        mcpServers: [{ name: "aic", type: "stdio", command, args, env }] }));
      return { program: installed(".bin/cn"), args: ["-p", prompt, "--config", join(home, "config.yaml"), "--auto"], env: { CONTINUE_TELEMETRY_ENABLED: "0" } };
    },
  },
];
