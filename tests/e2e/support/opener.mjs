// Stands in for a person at a browser: opens a sign-in address of the sandbox, fills its forms and follows the redirect.
// For tests and the demo only. It speaks to loopback addresses and to nothing else.
//
//   node opener.mjs --ca FILE --user NAME --password TEXT [--user-in FILE] [--deny] [--stop-before redirect] ADDRESS
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { parseArgs } from "node:util";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ca: { type: "string" },
    user: { type: "string", default: "" },
    password: { type: "string", default: "" },
    "user-in": { type: "string" }, // a file with the name, in place of --user
    code: { type: "string" },
    deny: { type: "boolean", default: false },
    "stop-before": { type: "string" },
  },
});

if (options["user-in"]) options.user = readFileSync(options["user-in"], "utf8");

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);
const cookies = new Map();

function request(url, method = "GET", body) {
  if (!loopback.has(url.hostname)) throw new Error(`not a loopback address: ${url.hostname}`);
  const headers = { accept: "text/html" };
  if (cookies.size > 0) headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  if (body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
  const secure = url.protocol === "https:";
  const settings = { method, headers, agent: false };
  if (secure) settings.ca = readFileSync(options.ca);
  return new Promise((resolve, reject) => {
    const sent = (secure ? https : http).request(url, settings, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function remember(headers) {
  for (const line of headers["set-cookie"] ?? []) {
    const [pair] = line.split(";");
    const at = pair.indexOf("=");
    cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
}

const attribute = (tag, name) => {
  const found = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, "i").exec(tag);
  return found ? unescape_html(found[1]) : undefined;
};
const unescape_html = (text) =>
  text.replace(/&(#39|amp|lt|gt|quot);/g, (_, name) => ({ "#39": "'", amp: "&", lt: "<", gt: ">", quot: '"' })[name]);

// The first form of a page, with what a person would put into it.
function fill(page, base) {
  const form = /<form\b[^>]*>([\s\S]*?)<\/form>/i.exec(page);
  if (!form) return undefined;
  const fields = new URLSearchParams();
  for (const [tag] of form[1].matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, "name");
    if (!name || attribute(tag, "type") === "submit") continue;
    if (name === "username") fields.set(name, options.user);
    else if (name === "password") fields.set(name, options.password);
    else if (name === "user_code") fields.set(name, options.code ?? attribute(tag, "value") ?? "");
    else fields.set(name, attribute(tag, "value") ?? "");
  }
  const wanted = options.deny ? "deny" : "allow";
  for (const [tag] of form[1].matchAll(/<button\b[^>]*>/gi)) {
    const name = attribute(tag, "name");
    if (name === "decision" && attribute(tag, "value") === wanted) fields.set(name, wanted);
  }
  const action = attribute(form[0].slice(0, form[0].indexOf(">") + 1), "action");
  return { url: new URL(action ?? base, base), body: fields.toString() };
}

let url = new URL(positionals[0]);
let answer = await request(url);
for (let step = 0; step < 12; ++step) {
  remember(answer.headers);
  if (answer.status >= 300 && answer.status < 400 && answer.headers.location) {
    url = new URL(answer.headers.location, url);
    const back = url.protocol === "http:";
    if (back && options["stop-before"] === "redirect") break;
    answer = await request(url);
    if (back) break;
    continue;
  }
  const form = fill(answer.text, url);
  if (!form) break;
  url = form.url;
  answer = await request(url, "POST", form.body);
}
