// A model that follows a script: it speaks as much of Anthropic's, OpenAI's (chat completions and responses) and Google's
// APIs as chat clients need, on loopback. It keeps what the clients show their model: tools and results.
import { once } from "node:events";
import { createServer } from "node:http";

export class ScriptedModel {
  // `script`: the calls to make, one a turn, {name, arguments}; then it says "done".
  static async start(script) {
    const model = new ScriptedModel(script);
    model.server = createServer((request, response) => model.#serve(request, response));
    await once(model.server.listen(0, "127.0.0.1"), "listening");
    model.url = `http://127.0.0.1:${model.server.address().port}`;
    return model;
  }

  constructor(script) {
    this.script = script;
    this.requests = [];
  }

  async stop() {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }

  // All of the conversation: the tools named last, and the most results.
  get seen() {
    const results = this.requests.map((each) => each.results).reduce((most, each) => (each.length >= most.length ? each : most), []);
    return { tools: this.#tools, results };
  }
  get #tools() {
    return this.requests.findLast(({ tools }) => tools.length > 0)?.tools ?? [];
  }

  async #serve(request, response) {
    let text = "";
    for await (const part of request) text += part;
    const path = request.url.split("?")[0];
    const api = Object.values(apis).find((each) => each.serves(path));
    if (request.method !== "POST" || !api) return send_json(response, request.method === "GET" ? 200 : 404, models);
    const body = JSON.parse(text || "{}");
    const view = api.read(body);
    view.results = view.results.filter(({ id }) => !id?.startsWith("search_"));
    this.requests.push({ path, ...view });
    api.write(response, body, this.#next(view), path);
  }

  // A request without our tools (a title, a summary) gets plain words. Some clients hold tools back until they are searched for.
  #next({ tools, results }) {
    const step = this.script[results.length];
    const called = (name) => tools.find((tool) => tool.name.endsWith(name));
    const [tool, search] = [step && called(step.name), step && called("tool_search")];
    if (tool) return { call: { ...tool, id: `call_${results.length + 1}`, arguments: step.arguments } };
    if (search) return { call: { ...search, id: `search_${results.length + 1}`, arguments: { query: `select:mcp__aic__${step.name}` } } };
    return { text: "done" };
  }
}

const models = { object: "list", data: [{ id: "scripted", object: "model", created: 0, owned_by: "test" }], models: [{ name: "models/scripted" }] };

function send_json(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
function send_events(response, events) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const { event, data } of events) {
    response.write(`${event ? `event: ${event}\n` : ""}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  }
  response.end();
}

const as_text = (content) => (typeof content === "string" ? content
  : Array.isArray(content) ? content.map((part) => part.text ?? part.output ?? JSON.stringify(part)).join("\n") : JSON.stringify(content));
const list = (value) => (Array.isArray(value) ? value : []);

const anthropic = {
  serves: (path) => path.endsWith("/messages"),
  read: ({ tools, messages }) => ({
    tools: list(tools).map(({ name, description, input_schema }) => ({ name, description, schema: input_schema })),
    results: list(messages).flatMap(({ content }) => list(content)).filter(({ type }) => type === "tool_result")
      .map(({ tool_use_id: id, content, is_error }) => ({ id, text: as_text(content), is_error: is_error === true })),
  }),
  write(response, { stream, model }, { text, call }) {
    const block = call ? { type: "tool_use", id: call.id, name: call.name, input: {} } : { type: "text", text: "" };
    const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 } };
    const stop_reason = call ? "tool_use" : "end_turn";
    if (!stream) {
      const whole = call ? { ...block, input: call.arguments } : { ...block, text };
      return send_json(response, 200, { ...message, content: [whole], stop_reason });
    }
    const delta = call ? { type: "input_json_delta", partial_json: JSON.stringify(call.arguments) } : { type: "text_delta", text };
    const events = [{ type: "message_start", message }, { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta }, { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 1 } }, { type: "message_stop" }];
    send_events(response, events.map((data) => ({ event: data.type, data })));
  },
};

const chat_completions = {
  serves: (path) => path.endsWith("/chat/completions"),
  read: ({ tools, messages }) => ({
    tools: list(tools).map(({ function: tool }) => ({ name: tool?.name ?? "", description: tool?.description, schema: tool?.parameters })),
    results: list(messages).filter(({ role }) => role === "tool").map(({ tool_call_id: id, content }) => ({ id, text: as_text(content) })),
  }),
  write(response, { stream, model }, { text, call }) {
    const calls = call && [{ index: 0, id: call.id, type: "function", function: { name: call.name, arguments: JSON.stringify(call.arguments) } }];
    const said = calls ? { role: "assistant", content: null, tool_calls: calls } : { role: "assistant", content: text };
    const finish_reason = calls ? "tool_calls" : "stop";
    const head = { id: "chatcmpl-1", created: 0, model };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (!stream) return send_json(response, 200, { ...head, object: "chat.completion", choices: [{ index: 0, message: said, finish_reason }], usage });
    const chunk = (delta, reason) => ({ data: { ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: reason }] } });
    send_events(response, [chunk(said, null), chunk({}, finish_reason),
      { data: { ...head, object: "chat.completion.chunk", choices: [], usage } }, { data: "[DONE]" }]);
  },
};

// Tools may stand in a namespace there, which then is part of the call.
const responses = {
  serves: (path) => path.endsWith("/responses"),
  read: ({ tools, input }) => ({
    tools: list(tools).flatMap((tool) => (tool.type === "namespace" ? list(tool.tools).map((inner) => ({ ...inner, namespace: tool.name })) : [tool]))
      .filter(({ name }) => name).map(({ name, description, parameters, namespace }) => ({ name, description, schema: parameters, namespace })),
    results: list(input).filter(({ type }) => type === "function_call_output").map(({ call_id: id, output }) => ({ id, text: as_text(output) })),
  }),
  write(response, { stream, model }, { text, call }) {
    const item = call
      ? { type: "function_call", id: "fc_1", call_id: call.id, name: call.name, arguments: JSON.stringify(call.arguments), status: "completed",
          ...(call.namespace ? { namespace: call.namespace } : {}) }
      : { type: "message", id: "msg_1", role: "assistant", status: "completed", content: [{ type: "output_text", text, annotations: [] }] };
    const usage = { input_tokens: 1, input_tokens_details: { cached_tokens: 0 }, output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 2 };
    const whole = { id: "resp_1", object: "response", created_at: 0, model, status: "completed", output: [item], usage, error: null,
      parallel_tool_calls: false, tool_choice: "auto", tools: [] };
    if (!stream) return send_json(response, 200, whole);
    const events = [{ type: "response.created", response: { ...whole, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item }, { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: whole }];
    send_events(response, events.map((data, at) => ({ event: data.type, data: { ...data, sequence_number: at } })));
  },
};

const google = {
  serves: (path) => /:(stream)?[gG]enerateContent$/.test(path),
  read: ({ tools, contents }) => ({
    tools: list(tools).flatMap((tool) => list(tool.functionDeclarations))
      .map(({ name, description, parameters, parametersJsonSchema }) => ({ name, description, schema: parametersJsonSchema ?? parameters })),
    results: list(contents).flatMap(({ parts }) => list(parts)).filter((part) => part.functionResponse)
      .map(({ functionResponse }) => ({ text: Object.values(functionResponse.response).map(as_text).join("\n"), is_error: "error" in functionResponse.response })),
  }),
  write(response, _, { text, call }, path) {
    const part = call ? { functionCall: { name: call.name, args: call.arguments } } : { text };
    const answer = { candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 }, modelVersion: "scripted" };
    if (path.includes(":stream")) send_events(response, [{ data: answer }]);
    else send_json(response, 200, answer);
  },
};

const apis = { anthropic, chat_completions, responses, google };
