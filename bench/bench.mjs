// Measures what the README promises, on this machine, in one run: medians, and ratios where two programs are compared.
// With --write the figures go into docs/benchmarks.md.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";

import { Container, image_archive, no_image } from "../tests/e2e/support/image.mjs";
import { binaries, root } from "../tests/e2e/support/paths.mjs";
import { parts, RawServer } from "../tests/e2e/support/raw.mjs";
import { Sandbox } from "../tests/e2e/support/sandbox.mjs";
import { question_table } from "./questions.mjs";
import { tool_table } from "./tools.mjs";

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const now = () => Number(process.hrtime.bigint()) / 1e6;
const status_mb = (pid, name) =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
// User and system time of a process in seconds.
function cpu_of(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
const ok = (answer) => {
  if (answer.error || answer.result.isError) throw new Error(JSON.stringify(answer.error ?? answer.result.content[0].text));
  return answer.result;
};

const rows = [];
function report(figure, value, goal) {
  rows.push({ figure, value, goal });
  console.log(`${figure.padEnd(64)} ${String(value).padStart(26)}   ${goal}`);
}

async function timed(count, work) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    const begin = now();
    await work(i);
    times.push(now() - begin);
  }
  return median(times);
}

// Only until the first byte; the exit is not part of the figure.
async function spawn_to_initialize(start, count = 40) {
  const initialize = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: {
    protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "0" } } }) + "\n";
  const times = [];
  for (let i = 0; i < count; ++i) {
    const begin = now();
    const child = start();
    const answered = new Promise((resolve) => child.stdout.once("data", () => resolve(now())));
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.write(initialize);
    times.push((await answered) - begin);
    child.stdin.end();
    await exited;
  }
  return median(times);
}

async function signed_in_server(sandbox, more = {}) {
  const server = RawServer.start(sandbox.environment(more));
  await server.initialize();
  await server.request("tools/list");
  const listed_mb = status_mb(server.child.pid, "VmRSS");
  const { result } = await server.call("queryManagedObjects", { objectType: "alpha_user", pageSize: 1 });
  ok({ result });
  return { server, id: parts(result).json.result[0]._id, listed_mb };
}

async function oauth_requests(sandbox) {
  return (await sandbox.requests()).filter(({ path }) => path.startsWith("/am/oauth2/access_token")).length;
}

async function single_calls(sandbox) {
  const { server, id, listed_mb } = await signed_in_server(sandbox);
  report("resident memory after tools/list", `${listed_mb.toFixed(1)} MB`, "≤ 12 MB");
  const user = { objectType: "alpha_user", objectId: id };
  await timed(20, async () => ok(await server.call("getManagedObject", user)));
  await sandbox.control("POST", "/sandbox/reset").catch(() => {});
  const fast = await timed(300, async () => ok(await server.call("getManagedObject", user)));
  report("getManagedObject, no delay", `${fast.toFixed(2)} ms`, "≤ 1.2 ms");
  await sandbox.delay(80);
  const slow = await timed(15, async () => ok(await server.call("getManagedObject", user)));
  report("getManagedObject, 80 ms round trip", `${slow.toFixed(1)} ms`, "≤ 82 ms");

  const journey = { realm: "alpha", journeyName: process.env.AIC_BENCH_JOURNEY ?? "Onboarding" };
  ok(await server.call("getJourney", journey));
  const before = (await sandbox.requests()).length;
  const whole = await timed(9, async () => ok(await server.call("getJourney", journey)));
  const seen = (await sandbox.requests()).slice(before).filter(({ path }) => path.includes("authenticationtrees"));
  const connections = new Set(seen.map(({ connection }) => connection)).size;
  report("getJourney, 30 nodes, 80 ms round trip", `${whole.toFixed(0)} ms`, "≤ 270 ms (3 round trips + 30 ms)");
  report("  requests and connections of one getJourney", `${Math.round(seen.length / 9)} on ${connections}`, "70 on 1");
  await sandbox.delay(0);
  await server.close();
}

async function parallel_calls(sandbox) {
  const count = 200;
  const rounds = 15;
  const { server, id } = await signed_in_server(sandbox);
  const user = { objectType: "alpha_user", objectId: id };
  const all = () => Promise.all(Array.from({ length: count }, () => server.call("getManagedObject", user).then(ok)));
  await all();
  const cpu = cpu_of(server.child.pid);
  const begin = now();
  for (let round = 0; round < rounds; ++round) await all();
  const seconds = (now() - begin) / 1000;
  const ours = { rate: (count * rounds) / seconds, cpu: (cpu_of(server.child.pid) - cpu) / (count * rounds) };
  report("200 parallel getManagedObject", `${ours.rate.toFixed(0)} calls/s`, "");
  report("  peak memory", `${status_mb(server.child.pid, "VmHWM").toFixed(1)} MB`, "≤ 20 MB");
  await server.close();

  const node = JSON.parse(execFileSync(process.execPath,
    [`${root}/bench/fetch_client.mjs`, sandbox.url, sandbox.user, sandbox.password, id, String(count), "5"],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: sandbox.caFile } }));
  const theirs = { rate: node.calls / node.seconds, cpu: node.cpu / node.calls };
  report("  calls per second against the Node program with fetch", `${(ours.rate / theirs.rate).toFixed(1)} ×`, "≥ 5 ×");
  report("  CPU per call against it", `1/${(theirs.cpu / ours.cpu).toFixed(1)}`, "≤ 1/5");
}

async function large_answer(sandbox) {
  for (const told of [true, false]) {
    const { server } = await signed_in_server(sandbox);
    const start = status_mb(server.child.pid, "VmRSS");
    await sandbox.fault({ path: "/openidm/managed", action: "flood", bytes: 100_000_000, contentLength: told });
    const begin = now();
    const { result } = await server.call("queryManagedObjects", { objectType: "alpha_user" });
    const ms = now() - begin;
    if (!result.isError) throw new Error("a 100 MB answer was accepted");
    const more = status_mb(server.child.pid, "VmHWM") - start;
    report(`100 MB answer, ${told ? "announced" : "not announced"}: refused after`, `${ms.toFixed(0)} ms`, "");
    report("  peak memory above the start", `${more.toFixed(1)} MiB`, "≤ 72 MiB");
    await server.close();
  }
}

// Without the network: from the tenant's answer to the result that fits the budget.
function cut_answers() {
  const figures = JSON.parse(execFileSync(`${binaries}/large-answers`, { encoding: "utf8" }));
  report("page of 1,000 log entries (4 MB) to a result: CPU", `${figures.page_4_mb.ms.toFixed(1)} ms`, "≤ 25 ms");
  report("  memory, the page included", `${figures.page_4_mb.mb.toFixed(1)} MB`, "≤ 12 MB (3 × its size)");
  report("the same of 20 MB: CPU", `${figures.page_20_mb.ms.toFixed(1)} ms`, "≤ 150 ms");
  report("  memory, the page included", `${figures.page_20_mb.mb.toFixed(1)} MB`, "≤ 60 MB");
  report("the same where all of it has to be read: CPU", `${figures.whole_20_mb.ms.toFixed(1)} ms`, "");
  report("  memory, the page included", `${figures.whole_20_mb.mb.toFixed(1)} MB`, "");
}

async function protocol_overhead(environment) {
  const server = RawServer.start(environment);
  await server.initialize();
  await timed(200, () => server.request("ping"));
  const ping = await timed(2000, () => server.request("ping"));
  report("ping over stdio, Node's share included", `${(ping * 1000).toFixed(0)} µs`, "");
  await server.close();
  const figures = JSON.parse(execFileSync(`${binaries}/line-client`, [`${binaries}/mcp-everything`], { encoding: "utf8" }));
  for (const [placed, { echo_us, ping_us, call_us }] of [["one processor", figures.same], ["two processors", figures.other]]) {
    const above = (us) => `${us} µs, ${(us - echo_us).toFixed(1)} above`;
    report(`a line to cat and back, on ${placed}`, `${echo_us} µs`, "");
    report("  ping over stdio, there", above(ping_us), "overhead ≤ 30 µs");
    report("  tools/call of a tool that does nothing, there", above(call_us), "overhead ≤ 30 µs");
  }
  report("the same, written without waiting for answers", `${figures.calls_per_s} calls/s`, "≥ 50000 calls/s");
}

// The image, where it is built; by buildah, as there is no other engine here.
async function image_figures(sandbox) {
  const skipped = no_image();
  if (skipped) return console.log(`the container image is left out: ${skipped}`);
  const files = readFileSync(`${root}/build/image/contents`, "utf8").trim().split("\n").map((line) => parseInt(line, 10));
  report("image, unpacked", `${(files.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1)} MB`, "≤ 40 MB");
  report("  its archive", `${(statSync(image_archive).size / 1e6).toFixed(1)} MB`, "");
  const container = new Container();
  try {
    const start = await spawn_to_initialize(() => container.run(sandbox, {}).child, 15);
    report("  start in a container of buildah → initialize answered", `${start.toFixed(0)} ms`, "");
    const confined = await spawn_to_initialize(() => container.run_hardened(sandbox, {}).child, 15);
    report("  start in its root file system, read-only → the same", `${confined.toFixed(0)} ms`, "");
    const server = container.run_hardened(sandbox, {});
    await server.initialize();
    await server.request("tools/list");
    report("  resident memory after tools/list", `${status_mb(server.process_id, "VmRSS").toFixed(1)} MB`, "≤ 12 MB");
    await server.close();
  } finally {
    container.remove();
  }
}

let tool_rows = [];
async function every_tool() {
  tool_rows = await tool_table();
  console.log(`\n${"one call of each tool".padEnd(34)} requests  exchanges      bytes        0 ms       80 ms`);
  for (const row of tool_rows) {
    console.log(row.tool.padEnd(34), String(row.requests).padStart(8), String(row.exchanges).padStart(10),
      String(row.bytes).padStart(10), row.fast_ms.toFixed(1).padStart(11), row.slow_ms.toFixed(0).padStart(11));
  }
}

let question_rows = [];
async function what_a_model_reads() {
  question_rows = await question_table();
  const sum = (values) => values.reduce((all, value) => all + value, 0);
  question_rows.push({ question: "all of them", calls: sum(question_rows.map((row) => row.calls)),
    characters: sum(question_rows.map((row) => row.characters)),
    former: [0, 1].map((i) => sum(question_rows.map((row) => row.former[i]))) });
  console.log(`\n${"what a model reads".padEnd(56)} ${"calls".padStart(6)} ${"characters".padStart(11)}   formerly`);
  for (const { question, calls, characters, former } of question_rows)
    console.log(`${question.padEnd(56)} ${String(calls).padStart(6)} ${String(characters).padStart(11)}   ${former.join(", ")}`);
}

function write_page() {
  const page = `${root}/docs/benchmarks.md`;
  const table = ["| figure | here | goal |", "|---|---|---|", ...rows.map((row) => `| ${row.figure.trim()} | ${row.value} | ${row.goal} |`)].join("\n");
  const machine = `${os.cpus().length} cores, ${os.cpus()[0].model.trim()}, ${os.type()} ${os.release()}`;
  const mark = "<!-- figures -->";
  const text = existsSync(page) ? readFileSync(page, "utf8") : `# Benchmarks\n\n${mark}\n`;
  const [head] = text.split(mark);
  const tools = ["| tool | requests | exchanges | bytes returned | no delay | 80 ms round trip |", "|---|---|---|---|---|---|",
    ...tool_rows.map((row) => `| ${row.tool} | ${row.requests} | ${row.exchanges} | ${row.bytes} | ${row.fast_ms.toFixed(1)} ms | ${row.slow_ms.toFixed(0)} ms |`)].join("\n");
  const questions = ["| question | calls | characters | formerly: calls | characters |", "|---|---|---|---|---|",
    ...question_rows.map(({ question, calls, characters, former }) =>
      `| ${question} | ${calls} | ${characters} | ${former[0]} | ${former[1]} |`)].join("\n");
  writeFileSync(page, `${head}${mark}\n\nMeasured by \`./dev bench --write\` on ${machine}.\n\n${table}\n\n## One call of each tool\n\n` +
    "The tools run against a sandbox of their own, in the order of `bench/tools.mjs`, after the sign-in and on an open connection. Requests are those\n" +
    `to the API. An exchange is the first use of a set of scopes.\n\n${tools}\n\n## What a model reads\n\n` +
    "Typical questions of an administrator, the calls that answer them, and the characters of the results (`bench/questions.mjs`). The last two\n" +
    `columns are of the last program before results were made for models.\n\n${questions}\n`);
}

const sandbox = await Sandbox.start();
try {
  const environment = sandbox.environment();
  const ours = () => spawn(`${binaries}/aic-mcp-server`, { env: environment, stdio: ["pipe", "pipe", "inherit"] });
  report("spawn → initialize answered", `${(await spawn_to_initialize(ours)).toFixed(1)} ms`, "≤ 8 ms");
  await protocol_overhead(sandbox.environment());
  await single_calls(sandbox);
  await parallel_calls(sandbox);
  await large_answer(sandbox);
  cut_answers();
  await image_figures(sandbox);
  await every_tool();
  await what_a_model_reads();
} finally {
  await sandbox.stop();
}
if (process.argv.includes("--write")) write_page();
