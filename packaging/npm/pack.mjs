// Packs the npm packages: one for each program given, and the launcher that names them all as optional dependencies.
//
//   node pack.mjs VERSION GLIBC OUT [TARGET PROGRAM DOCUMENTS]…     such as linux-x64 build/release/aic-mcp-server FOLDER
//
// GLIBC is what the programs for Linux need, DOCUMENTS a folder with the licences of what is in the program.
// The version comes from the program (CMakeLists.txt) and is the same in all of them, so that a launcher never starts a
// program of another version.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [version, glibc, out, ...words] = process.argv.slice(2);
const base = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const [command] = Object.keys(base.bin);
const work = mkdtempSync(join(tmpdir(), "aic-npm-"));

function pack(description, fill) {
  const folder = join(work, description.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(description, null, 2)}\n`);
  fill(folder);
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", out, folder], { stdio: ["ignore", "ignore", "inherit"] });
}

// Node's names of systems, where they differ from ours.
const systems = { macos: "darwin", windows: "win32" };

function pack_platform(target, program, documents) {
  const [system, cpu] = target.split("-");
  const os = systems[system] ?? system;
  const platform = `${os}-${cpu}`;
  const { description, homepage, license, author } = base;
  const name = `${base.name}-${platform}`;
  const file = os === "win32" ? `${command}.exe` : command;
  // preferUnplugged: Yarn must not leave a program inside an archive.
  const own = { name, version, description: `${description}: the program for ${platform}`, homepage, license, author,
    os: [os], cpu: [cpu], ...(os === "linux" ? { libc: ["glibc"] } : {}), preferUnplugged: true };
  pack(own, (folder) => {
    cpSync(documents, folder, { recursive: true });
    copyFileSync(program, join(folder, file));
    chmodSync(join(folder, file), 0o755);
  });
  return name;
}

try {
  const names = [];
  for (let at = 0; at < words.length; at += 3) names.push(pack_platform(...words.slice(at, at + 3)));
  const optionalDependencies = Object.fromEntries(names.map((name) => [name, version]));
  pack({ ...base, version, config: { glibc }, optionalDependencies }, (folder) => {
    for (const file of ["launcher.js", "README.md"]) copyFileSync(join(here, file), join(folder, file));
    copyFileSync(join(here, "../../LICENSE"), join(folder, "LICENSE"));
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
