// Libraries of npm: node sdk.mjs KIND, with the try as JSON in TRY; started in the folder whose node_modules has them.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { server, script, folder } = JSON.parse(process.env.TRY);
const find = createRequire(`${folder}/npm/`);
const load = (name) => import(pathToFileURL(find.resolve(name)).href);
const identity = { name: "tries", version: "1.0.0" };
const as_text = (content) => content.map((part) => part.text).join("\n");

function show(tools, results) {
  console.log(`SEEN ${JSON.stringify({ tools: tools.map(({ name }) => ({ name })), results })}`);
}

async function official(Client, Transport) {
  const client = new Client(identity, { capabilities: {} });
  await client.connect(new Transport({ ...server, stderr: "ignore" }));
  const { tools } = await client.listTools();
  const results = [];
  for (const { name, arguments: given } of script) {
    results.push({ text: as_text((await client.callTool({ name, arguments: given })).content) });
  }
  show(tools, results);
  await client.close();
}

const kinds = {
  async sdk() {
    const [{ Client }, { StdioClientTransport }] = await Promise.all(["index", "stdio"].map((each) => load(`@modelcontextprotocol/sdk/client/${each}.js`)));
    await official(Client, StdioClientTransport);
  },
  async client() {
    const [{ Client }, { StdioClientTransport }] = await Promise.all(["@modelcontextprotocol/client", "@modelcontextprotocol/client/stdio"].map(load));
    await official(Client, StdioClientTransport);
  },
  async ai_sdk() {
    const [{ createMCPClient }, { Experimental_StdioMCPTransport: Transport }] = await Promise.all(["@ai-sdk/mcp", "@ai-sdk/mcp/mcp-stdio"].map(load));
    const client = await createMCPClient({ transport: new Transport(server) });
    const tools = await client.tools();
    const results = [];
    for (const [at, { name, arguments: given }] of script.entries()) {
      const result = await tools[name].execute(given, { toolCallId: `call_${at}`, messages: [] });
      const output = await tools[name].toModelOutput?.({ output: result, toolCallId: `call_${at}`, input: given });
      results.push({ text: output?.value ? as_text(output.value) : as_text(result.content) });
    }
    show(Object.keys(tools).map((name) => ({ name })), results);
    await client.close();
  },
  async openai_agents() {
    const { MCPServerStdio } = await load("@openai/agents");
    const aic = new MCPServerStdio({ ...server, name: "aic", timeout: 120_000, clientSessionTimeoutSeconds: 120 });
    await aic.connect();
    const tools = await aic.listTools();
    const results = [];
    for (const { name, arguments: given } of script) results.push({ text: as_text(await aic.callTool(name, given)) });
    show(tools, results);
    await aic.close();
  },
};

await kinds[process.argv[2]]();
process.exit();
