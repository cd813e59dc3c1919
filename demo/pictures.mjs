// The README's pictures (scripts/make_pictures.sh).   node pictures.mjs FOLDER
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { RawServer } from "../tests/e2e/support/raw.mjs";
import { Sandbox } from "../tests/e2e/support/sandbox.mjs";

const [folder] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));

async function journey(name) {
  const sandbox = await Sandbox.start();
  const server = RawServer.start(sandbox.environment());
  try {
    await server.initialize();
    const { result } = await server.call("drawJourney", { realm: "alpha", journeyName: name, format: "svg" });
    const drawn = result.content.find(({ resource }) => resource?.mimeType === "image/svg+xml");
    if (result.isError || !drawn) throw new Error(`drawJourney: ${JSON.stringify(result)}`);
    return drawn.resource.text + "\n";
  } finally {
    await server.close();
    await sandbox.stop();
  }
}

// What the demonstration prints on a terminal, colours included.
function demonstration() {
  const { stdout, status } = spawnSync("script", ["-qefc", join(here, "run"), "/dev/null"],
    { encoding: "utf8", env: { ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "", TERM: "xterm" } });
  if (status !== 0) throw new Error(`the demonstration failed: ${stdout}`);
  return stdout.replaceAll("\r", "").trimEnd().split("\n");
}

const columns = 112;
const row = 19;
const advance = 8.1;
const edge = 20;

// A line as pieces of one style each: the few codes that the demonstration uses.
function styled(line) {
  const pieces = [];
  let styles = new Set();
  for (const part of line.split(/(\x1b\[\d+m)/)) {
    const code = /^\x1b\[(\d+)m$/.exec(part)?.[1];
    if (code === "0") styles = new Set();
    else if (code) styles = new Set([...styles, `s${code}`]);
    else if (part) pieces.push({ text: part, style: [...styles].join(" ") });
  }
  return pieces;
}

// Rows of at most `columns` characters, broken between words and indented where a line goes on.
function wrapped(pieces) {
  const rows = [[]];
  let at = 0;
  for (const { text, style } of pieces) {
    for (const word of text.split(/(?<= )/)) {
      if (at + word.trimEnd().length > columns && at > 4) {
        rows.push([{ text: "    ", style: "" }]);
        at = 4;
      }
      rows.at(-1).push({ text: word, style });
      at += word.length;
    }
  }
  return rows;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function recording(lines) {
  let delay = 0;
  let y = 60;
  let body = "";
  for (const line of lines) {
    delay += /^\x1b\[1m\x1b\[36m\d/.test(line) ? 0.9 : 0.12; // a pause before each wish
    for (const pieces of wrapped(styled(line))) {
      const spans = pieces.map(({ text, style }) => (style ? `<tspan class="${style}">${escaped(text)}</tspan>` : escaped(text))).join("");
      if (spans) body += `<text x="${edge}" y="${y}" style="animation-delay:${delay.toFixed(2)}s">${spans}</text>\n`;
      y += row;
    }
  }
  const width = Math.ceil(columns * advance + 2 * edge);
  const height = y - row + edge;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>What ./dev demo prints</title>
<style>
text{font:13.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d7dde6;white-space:pre;animation:show .05s steps(1) backwards}
.s1{font-weight:600;fill:#fff}.s2{fill:#8793a5}.s31{fill:#f28b82}.s32{fill:#7fd99a}.s36{fill:#6cc7e0}
@keyframes show{from{opacity:0}to{opacity:1}}
@media (prefers-reduced-motion:reduce){text{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="10" fill="#171b22"/>
<circle cx="24" cy="22" r="6" fill="#3a4352"/><circle cx="44" cy="22" r="6" fill="#3a4352"/><circle cx="64" cy="22" r="6" fill="#3a4352"/>
${body}</svg>
`;
}

writeFileSync(join(folder, "journey.svg"), await journey("Login"));
writeFileSync(join(folder, "demo.svg"), recording(["\x1b[2m$\x1b[0m ./dev demo", "", ...demonstration()]));
