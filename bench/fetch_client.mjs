// The measure for "200 parallel": a Node program that makes the same requests with fetch, one token exchange per API
// request, as the vendor's server does. Prints one line of JSON.
//
//   node fetch_client.mjs ORIGIN USER PASSWORD OBJECT_ID PARALLEL ROUNDS     (NODE_EXTRA_CA_CERTS names the CA)
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

const [origin, user, password, id, parallel, rounds] = process.argv.slice(2);
const form = (fields) => new URLSearchParams(fields).toString();
const post = (path, fields, headers = {}) =>
  fetch(origin + path, {
    method: "POST", redirect: "manual", body: form(fields),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });

async function sign_in() {
  const verifier = randomBytes(32).toString("base64url");
  const authorize = `/am/oauth2/authorize?${form({
    response_type: "code", client_id: "AICMCPClient", redirect_uri: "http://localhost:3000", state: "s",
    scope: "fr:idm:* fr:idc:monitoring:* fr:idc:esv:update fr:idc:esv:read fr:am:*",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  })}`;
  let page = await (await fetch(origin + authorize)).text();
  let cookie = "";
  let path = authorize;
  for (;;) {
    const fields = {};
    for (const [tag] of page.matchAll(/<input\b[^>]*>/g)) {
      const name = /\bname="([^"]*)"/.exec(tag)?.[1];
      if (name) fields[name] = (/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? "").replaceAll("&amp;", "&");
    }
    Object.assign(fields, "password" in fields ? { username: user, password } : { decision: "allow" });
    path = (/<form\b[^>]*\baction="([^"]*)"/.exec(page)?.[1] ?? path).replaceAll("&amp;", "&");
    let answer = await post(path, fields, { cookie });
    cookie ||= (answer.headers.getSetCookie()[0] ?? "").split(";")[0];
    let to = answer.headers.get("location");
    if (to?.startsWith("http://localhost:3000")) {
      const code = new URL(to).searchParams.get("code");
      const token = await post("/am/oauth2/access_token", {
        grant_type: "authorization_code", code, redirect_uri: "http://localhost:3000", code_verifier: verifier,
        client_id: "AICMCPClient",
      });
      return (await token.json()).access_token;
    }
    if (to) answer = await fetch(new URL(to, origin), { headers: { cookie } });
    page = await answer.text();
  }
}

const login = await sign_in();
async function call() {
  const exchanged = await post("/am/oauth2/access_token", {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: login,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token", scope: "fr:idm:*",
    client_id: "AICMCPExchangeClient",
  });
  const { access_token } = await exchanged.json();
  const answer = await fetch(`${origin}/openidm/managed/alpha_user/${id}`, { headers: { authorization: `Bearer ${access_token}` } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return JSON.stringify(await answer.json()).length;
}

await call();
const cpu = process.cpuUsage();
const begin = process.hrtime.bigint();
for (let round = 0; round < Number(rounds); ++round) await Promise.all(Array.from({ length: Number(parallel) }, call));
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
const used = process.cpuUsage(cpu);
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
console.log(JSON.stringify({ calls: parallel * rounds, seconds, cpu: (used.user + used.system) / 1e6, peak_mb: peak }));
