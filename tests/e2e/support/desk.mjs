// An opener that signs in by itself and writes the addresses of approval pages down, one file each in FOLDER; it fails
// for them where a file FOLDER.fails exists, and is killed where FOLDER.killed does.   node desk.mjs FOLDER SIGN-IN-OPENER… ADDRESS
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const [folder, ...rest] = process.argv.slice(2);
const address = rest.at(-1);
if (new URL(address).hostname === "127.0.0.1") {
  const file = join(folder, String(readdirSync(folder).length));
  writeFileSync(`${file}.part`, address);
  renameSync(`${file}.part`, file);
  if (existsSync(join(folder, "..", basename(folder) + ".fails"))) process.exitCode = 1;
  if (existsSync(join(folder, "..", basename(folder) + ".killed"))) process.kill(process.pid, "SIGKILL");
} else {
  process.exitCode = spawnSync(rest[0], rest.slice(1), { stdio: "ignore" }).status;
}
