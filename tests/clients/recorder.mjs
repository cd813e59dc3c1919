// Stands between a client and the server, as the command that the client is told, and writes down what the client asked, where
// the sign-in's address went, and how it ended: node recorder.mjs LOG SERVER
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [log, program] = process.argv.slice(2);
const note = (what) => appendFileSync(log, `${JSON.stringify({ at: Date.now(), process: process.pid, ...what })}\n`);

const child = spawn(program, [], { stdio: "pipe" });
note({ variables: Object.keys(process.env) });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    note({ end: signal });
    child.kill(signal);
  });
}

function read(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

// Whole lines only, so that none is torn between the two that read them.
createInterface({ input: process.stdin }).on("line", (line) => {
  const { method, params, result, error } = read(line);
  note(method ? { asked: method, tool: params?.name, token: params?._meta?.progressToken !== undefined, info: params?.clientInfo } : { answered: result?.action ?? error?.message });
  child.stdin.write(`${line}\n`);
}).on("close", () => {
  note({ end: "EOF" });
  child.stdin.end();
});
child.stdin.on("error", () => {});
process.stdout.on("error", () => {});
createInterface({ input: child.stdout }).on("line", (line) => {
  const address = /https:[^\s"\\]*\/(?:authorize\?|device\/user)[^\s"\\]*/.exec(line)?.[0];
  if (address) note({ address, in: place(read(line)) });
  process.stdout.write(`${line}\n`);
});
const place = ({ method, params, result }) =>
  method === "elicitation/create" ? `a question (${params.mode ?? "form"})`
    : method ? "a message" : result?.resultType === "input_required" ? "a question (in the result)" : "the result";
child.stderr.pipe(process.stderr);
child.on("exit", (code, signal) => {
  note({ exited: signal ?? code });
  process.exit(code ?? 1);
});
