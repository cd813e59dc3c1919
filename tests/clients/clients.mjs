// The same tries with every client: what it lists, what its model sees of a call, a failing call and a cut list, how the
// sign-in's address reaches a person where no browser opens, and how it ends the server. Prints a table for docs/clients.md.
// It looks and tells; whether that is good is for a reader to judge.
//
//   node clients.mjs FOLDER [NAME…]     FOLDER has the clients (tests/clients/run); NAME… = only those
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { binaries, here as e2e } from "../e2e/support/paths.mjs";
import { Sandbox } from "../e2e/support/sandbox.mjs";
import { RawServer } from "../e2e/support/raw.mjs";
import { chat_clients } from "./chat_clients.mjs";
import { libraries } from "./libraries.mjs";
import { ScriptedModel } from "./model.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, ...names] = process.argv.slice(2);
const patience_ms = 180_000;

const short = { name: "getLogSources", arguments: {} };
const failing = { name: "getManagedObject", arguments: { objectType: "alpha_user", objectId: "no-such-user" } };
const users = { name: "queryManagedObjects", arguments: { objectType: "alpha_user", pageSize: 250 } };
const journeys = { name: "listJourneys", arguments: { realm: "alpha", includeNodes: true } };
// More journeys than the sandbox has: what the tenant answers to the question for all of them.
const many_journeys = { method: "GET", path: "/am/json/alpha/realm-config/authentication/authenticationtrees/trees", count: 100, status: 200,
  body: { result: Array.from({ length: 40 }, (_, at) => journey(at)), resultCount: 40 } };

function journey(at) {
  const node = (x) => [`00000000-0000-4000-8000-${`${at * 100 + x}`.padStart(12, "0")}`,
    { connections: { outcome: "70e691a5-1e33-4ac3-a356-e7b6d60d92e0" }, displayName: `Step ${x}`, nodeType: "PageNode", version: "1.0", x: 200 * x, y: 60 }];
  return { _id: `Journey ${at + 1}`, _rev: `${at}`, description: "One of many", identityResource: "managed/alpha_user", enabled: true, mustRun: false,
    uiConfig: { categories: "[]" }, nodes: Object.fromEntries(Array.from({ length: 8 }, (_, x) => node(x))) };
}

const tries = {
  calls: { script: [short, failing, users], settings: { AIC_MAX_RESULT_CHARS: "8000" } },
  large: { script: [users, journeys], settings: {} },
  sign_in: { script: [short, short], settings: { BROWSER: "" } },
};

// One client, one script: what its model saw, and what the recorder saw of the client.
async function run(client, name, { script, settings }) {
  const home = mkdtempSync(join(tmpdir(), "aic-client-"));
  const [sandbox, model] = await Promise.all([Sandbox.start(), ScriptedModel.start(script)]);
  const { AIC_BASE_URL, AIC_CA_FILE, BROWSER } = sandbox.environment();
  const log = join(home, "recorded");
  const server = { command: process.execPath, args: [join(here, "recorder.mjs"), log, join(binaries, "aic-mcp-server")],
    env: { AIC_BASE_URL, AIC_CA_FILE, BROWSER, ...settings } };
  await sandbox.fault(many_journeys);
  try {
    const person = settings.BROWSER === "" ? open_when_seen(sandbox, log) : undefined;
    const { output } = await start(client.prepare({ home, folder, url: model.url, server, script }), home);
    await person?.leave();
    await ended(log);
    const seen = client.shows?.(output) ?? model.seen;
    keep(`${client.name} ${name}`, { seen, output, recorded: lines_of(log) });
    return { seen, recorded: lines_of(log) };
  } finally {
    await Promise.all([model.stop(), sandbox.stop()]);
    rmSync(home, { recursive: true, force: true });
  }
}

async function start({ program, before, args, env }, home) {
  const work = join(home, "work");
  mkdirSync(work);
  const all = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: home, TERM: "dumb", NO_COLOR: "1", LANG: "C.UTF-8", ...surroundings, ...env };
  const options = { env: all, cwd: work, timeout: patience_ms, killSignal: "SIGKILL" };
  if (before) spawnSync(path_of(program), before, options);
  const child = spawn(path_of(program), args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (part) => (output += part));
  child.stderr.on("data", (part) => (output += part));
  const [code, signal] = await once(child, "close");
  return { output, code: code ?? signal };
}

const path_of = (program) => (program === "node" ? process.execPath : join(folder, program));
// What a person's session has and the server can use, if the client passes it on.
const certificates = "/etc/ssl/certs/ca-certificates.crt";
const surroundings = { SSL_CERT_FILE: certificates, NODE_EXTRA_CA_CERTS: certificates, DISPLAY: ":77", XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? "/tmp",
  DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS ?? "unix:path=/nowhere" };
const lines_of = (log) => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").map((line) => JSON.parse(line)) : []);

// The servers of this run end, unless the client killed the recorder.
async function ended(log) {
  const open = () => {
    const lines = lines_of(log);
    return new Set(lines.map((line) => line.process)).size > lines.filter(({ exited }) => exited !== undefined).length;
  };
  for (let patience = 30; open() && patience > 0; --patience) await new Promise((resolve) => setTimeout(resolve, 100));
}

// A person who opens the sign-in's address as soon as it is shown anywhere.
function open_when_seen(sandbox, log) {
  let opened;
  const watch = setInterval(() => {
    const shown = lines_of(log).find(({ address }) => address);
    if (!shown) return;
    clearInterval(watch);
    opened = once(spawn(process.execPath, [join(e2e, "support/opener.mjs"), "--ca", sandbox.caFile, "--user", sandbox.user,
      "--password", sandbox.password, shown.address], { stdio: "ignore" }), "exit");
  }, 100);
  return { leave: async () => (clearInterval(watch), opened) };
}

// For who wants to look at more than the table.
function keep(name, what) {
  const kept = process.env.AIC_CLIENTS_KEEP;
  if (!kept) return;
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${name.replaceAll("/", "_")}.json`), JSON.stringify(what, null, 1));
}

// What the columns say, and how each is read from the three tries.
const columns = {
  "Tools listed": ({ calls }) => listed(calls.seen.tools),
  "Call": ({ calls }) => outcome(calls.seen.results[0]),
  "Failing call": ({ calls }) => reasons(calls.seen.results[1]),
  "250 users, limit 8,000": ({ calls }) => how_much(calls.seen.results[2], "userName"),
  "250 users": ({ large }) => how_much(large.seen.results[0], "userName"),
  "40 journeys": ({ large }) => how_much(large.seen.results[1], "identityResource"),
  "Sign-in without browser": ({ sign_in }) => address(sign_in),
  "Kept from the server": ({ calls }) => withheld(calls.recorded),
  "End": ({ calls }) => ending(calls.recorded),
};

function listed(tools) {
  const count = new Set(tools.map(({ name }) => published.find((each) => name.endsWith(each))).filter(Boolean)).size;
  return `${count} of ${published.length}${tools.some(({ name }) => name === "tool_search") ? ", the rest by its search" : ""}`;
}

const works = ({ text }) => text.includes("am-everything");
const outcome = (result) => (!result ? "no result" : works(result) ? "works" : `fails: ${result.text.slice(0, 60)}`);

function reasons(result) {
  if (!result) return "no result";
  return [/not_found/.test(result.text) && "reason", /Check the type/.test(result.text) && "next step"].filter(Boolean).join(", ") || "nothing of it";
}

// What reached the model of a list whose entries each have `member`, and who tells that something is missing.
function how_much(result, member) {
  if (!result) return "no result";
  const { text } = result;
  const entries = text.match(new RegExp(`"${member}\\\\?":`, "g"))?.length ?? 0;
  const told = [/Truncated:|"truncated\\?": ?true/.test(text) && "server",
    /too large|truncated\b(?!\\?")(?!:)|Showing first|shortened/i.test(text.replace(/(Truncated|Shortened):[^"\n]*/g, "")) && "client"].filter(Boolean);
  return `${entries} in ${text.length} characters; ${told.length > 0 ? `cut is told by ${told.join(" and ")}` : "no cut is told"}`;
}

// Where the sign-in's address went, in order, with the client's answers; and whether a call worked once it was opened.
function address({ seen, recorded }) {
  const call = recorded.find(({ asked }) => asked === "tools/call");
  const shown = recorded.find((line) => line.address);
  if (!call || !shown) return "never shown";
  const steps = recorded.map((line) => line.in ?? (line.answered && `answered with ${line.answered}`)).filter(Boolean);
  const late = shown.at - call.at > 1000 ? ` after ${Math.round((shown.at - call.at) / 1000)} s` : "";
  return `${[...new Set(steps)].join(", ")}${late}; ${seen.results.some(works) ? "then works" : "no call works"}`;
}

function withheld(recorded) {
  const { variables } = recorded.find((line) => line.variables) ?? {};
  if (!variables) return "not started";
  const kept = Object.keys(surroundings).filter((name) => !variables.includes(name));
  return kept.length === Object.keys(surroundings).length ? "all five" : kept.join(", ") || "nothing";
}

function ending(recorded) {
  const processes = new Set(recorded.map((line) => line.process)).size;
  const last = recorded.filter(({ exited }) => exited !== undefined).at(-1);
  if (!last) return recorded.length > 0 ? "killed" : "not started";
  const ends = [...new Set(recorded.filter(({ end }) => end).map(({ end }) => end))];
  const began = recorded.find(({ end, process }) => end && process === last.process);
  const how = [ends.join(", ") || "a signal to the server itself", last.exited === 0 ? "clean" : `ended with ${last.exited}`,
    began && `${last.at - began.at} ms`, processes > 1 && `${processes} processes`];
  return how.filter(Boolean).join(", ");
}

const version_of = (client) =>
  client.version?.() ?? JSON.parse(readFileSync(join(folder, "npm/node_modules", client.package, "package.json"), "utf8")).version;

async function tool_names() {
  const server = RawServer.start({ AIC_BASE_URL: "https://localhost" });
  await server.initialize();
  const { result } = await server.request("tools/list", {});
  await server.close();
  return result.tools.map(({ name }) => name).sort((a, b) => b.length - a.length);
}

const published = await tool_names();
const row = (cells) => console.log(`| ${cells.map((cell) => `${cell}`.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`);
row(["Client", "Version", ...Object.keys(columns)]);
row(["---", "---", ...Object.keys(columns).map(() => "---")]);
for (const client of [...chat_clients, ...libraries].filter(({ name }) => names.length === 0 || names.some((each) => name.includes(each)))) {
  const seen = {};
  for (const [name, each] of Object.entries(tries)) seen[name] = await run(client, name, each);
  row([client.name, version_of(client), ...Object.values(columns).map((read) => read(seen))]);
}
