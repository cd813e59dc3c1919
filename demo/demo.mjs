// A scripted session between an assistant and a sandbox tenant. Everything but the tenant and the model is real.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { generations } from "../tests/e2e/support/clients.mjs";
import { records } from "../tests/e2e/support/keyring.mjs";
import { parts } from "../tests/e2e/support/raw.mjs";
import { Sandbox } from "../tests/e2e/support/sandbox.mjs";

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
const [bold, dim, green, red, cyan] = [1, 2, 32, 31, 36].map(paint);
const say = (text = "") => console.log(text);
const line = (text) => say(`  ${text}`);

const chromium = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].find(
  (name) => spawnSync("which", [name], { stdio: "ignore" }).status === 0);
const has_desktop = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

// How the sign-in page is opened, and what has to be said before.
function way_in(sandbox, profile) {
  if (!has_desktop) {
    line(`There is no desktop here, so a small program fills in the tenant's sign-in form for you`);
    line(dim(`(it belongs to the tests, talks to this machine only and is not in any package).`));
    return sandbox.opener();
  }
  line(`Your browser will open. Sign in as ${bold(sandbox.user)} with the password ${bold(sandbox.password)}.`);
  if (chromium && process.getuid?.() !== 0) {
    line(dim(`It is ${chromium} with a temporary profile that accepts only this tenant's key.`));
    return `'${chromium}' '--user-data-dir=${profile}' --no-first-run --no-default-browser-check ` +
      `'--ignore-certificate-errors-spki-list=${sandbox.spkiSha256}' %s`;
  }
  line(`It will warn about an unknown certificate, because this tenant has just made its own. Continue this once.`);
  return undefined;
}

class Conversation {
  constructor(sandbox, client) {
    this.sandbox = sandbox;
    this.client = client;
    this.step = 0;
    this.seen = 0;
  }

  async new_requests() {
    const all = (await this.sandbox.requests()).filter(({ path }) => !path.startsWith("/sandbox/"));
    const fresh = all.slice(this.seen);
    this.seen = all.length;
    return fresh;
  }

  heading(wish) {
    say();
    say(`${bold(cyan(`${++this.step}.`))} ${bold(wish)}`);
  }

  async call(name, args, show) {
    const asked = `${name} ${JSON.stringify(args)}`;
    line(dim(asked.length > 108 ? `${asked.slice(0, 107)}…` : asked));
    const begin = process.hrtime.bigint();
    const result = await this.client.callTool({ name, arguments: args }, undefined, { timeout: 330_000, onprogress: () => {} });
    const ms = Number(process.hrtime.bigint() - begin) / 1e6;
    const { json } = parts(result);
    for (const text of show(json, result)) line(text);
    const requests = await this.new_requests();
    const oauth = requests.filter(({ path }) => path.startsWith("/am/oauth2/")).length;
    const counted = `${requests.length - oauth} request${requests.length - oauth === 1 ? "" : "s"}`;
    line(dim(`${result.isError ? "refused" : "done"} in ${ms.toFixed(1)} ms, ${counted}${oauth ? `, ${oauth} for the sign-in and tokens` : ""}`));
    return { json, result };
  }
}

// Where the login token is. The record is written beside the first call, so it may come a moment later. The account's name is
// long; its beginning says which tenant and which run.
async function kept() {
  let account;
  for (let tries = 0; tries < 20 && !account; ++tries) {
    [account] = await records();
    if (!account) await setTimeout(100);
  }
  return account ? `the login token is in the keychain as ${bold(`${account.slice(0, 40)}…`)}`
    : "there is no keychain, so the login token is in locked memory only";
}

function explain(error) {
  const rows = [`${red(error.category)}: ${error.error}`];
  if (error.message) rows.push(`the tenant says: ${error.message}`);
  if (error.next) rows.push(`what helps: ${error.next}`);
  rows.push(`look it up: ${error.transactionId}`);
  return rows;
}

async function talk(conversation) {
  const { client } = conversation;

  conversation.heading("What can you do?");
  const begin = process.hrtime.bigint();
  const { tools } = await client.listTools();
  line(`${tools.length} tools, for example: ${tools.slice(0, 4).map(({ name }) => name).join(", ")}`);
  line(dim(`tools/list answered in ${(Number(process.hrtime.bigint() - begin) / 1e6).toFixed(1)} ms, without asking the tenant`));

  conversation.heading("Find people whose first name begins with A.");
  const { json: found, result } = await conversation.call("queryManagedObjects",
    { objectType: "alpha_user", queryFilter: 'givenName sw "A"', pageSize: 3, fields: "userName,givenName,sn,mail,telephoneNumber" },
    (json, raw) => (raw.isError ? explain(json) : json.result.map((user) => `${green("✓")} ${user.givenName} ${user.sn} <${user.mail}>`)));
  if (result.isError) throw new Error("the first call failed");
  line(`${await kept()}`);

  conversation.heading("Change that person's telephone number.");
  const user = found.result[0];
  await conversation.call("patchManagedObject",
    { objectType: "alpha_user", objectId: user._id, revision: user._rev,
      operations: [{ operation: "replace", field: "/telephoneNumber", value: "+44 20 7946 0018" }] },
    (json, raw) => (raw.isError ? explain(json) : [`${green("✓")} revision ${user._rev} became ${json._rev}`]));

  conversation.heading("Change it again, based on what you read before.");
  await conversation.call("patchManagedObject",
    { objectType: "alpha_user", objectId: user._id, revision: user._rev,
      operations: [{ operation: "replace", field: "/telephoneNumber", value: "+44 20 7946 0019" }] },
    (json, raw) => (raw.isError ? explain(json) : ["this should have been refused"]));

  conversation.heading("Show me the biggest journey.");
  const { json: listed } = await conversation.call("listJourneys", { realm: "alpha" },
    (json) => [`${json.result.length} journeys, the default is ${json.defaultJourney}`]);
  const size = (journey) => Object.keys(journey.nodes ?? {}).length;
  const biggest = listed.result.reduce((a, b) => (size(b) > size(a) ? b : a));
  await conversation.call("getJourney", { realm: "alpha", journeyName: biggest._id, includeSchemas: false },
    (json, raw) => (raw.isError ? explain(json)
      : [`${green("✓")} ${json._id}: ${Object.keys(json.nodes).length} nodes, ${Object.keys(json.nodeData.configs).length} configurations, read in parallel`]));

  conversation.heading("Who failed to sign in recently?");
  await conversation.call("queryLogs", { sources: ["am-authentication"], beginTime: "-12h", pageSize: 20,
    queryFilter: '/payload/result eq "FAILED"' },
    (json, raw) => (raw.isError ? explain(json)
      : [`${green("✓")} ${json.result.length} log ${json.result.length === 1 ? "entry" : "entries"}`, ...json.result.slice(0, 2).map((entry) =>
        `${entry.timestamp.slice(0, 19)} ${entry.payload.eventName} ${[entry.payload.principal].flat().join(" ")}`)]));
}

const profile = mkdtempSync(join(tmpdir(), "aic-demo-browser-"));
const started = Date.now();
say(bold("aic-mcp-server, a demonstration"));
say();
const sandbox = await Sandbox.start();
let client;
let failed = false;
try {
  line(`A sandbox tenant runs at ${bold(sandbox.url)}, on this machine only.`);
  const opener = way_in(sandbox, profile);
  const environment = sandbox.environment({ opener });
  if (opener === undefined) delete environment.BROWSER;
  const begin = process.hrtime.bigint();
  client = await generations["client 2.x"](environment);
  line(`The server started and answered initialize in ${((Number(process.hrtime.bigint() - begin)) / 1e6).toFixed(0)} ms (Node's share included).`);
  const conversation = new Conversation(sandbox, client);
  await talk(conversation);
  await client.close();
  client = undefined;
  const left = (await records()).filter((account) => account.includes(new URL(sandbox.url).port));
  say();
  line(`The server stopped and removed its keychain record (${left.length} left).`);
} catch (error) {
  failed = true;
  say();
  line(red(`The demonstration failed: ${error.message}`));
  if (client?.stderr_text) say(dim(client.stderr_text));
} finally {
  await client?.close();
  await sandbox.stop();
  rmSync(profile, { recursive: true, force: true });
}
say();
say(failed ? red("Something went wrong.") : `${green("Done in")} ${bold(`${((Date.now() - started) / 1000).toFixed(1)} s`)}. To set up your own assistant, see README.md.`);
process.exit(failed ? 1 : 0);
