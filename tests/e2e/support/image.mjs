// The server inside its container image, started in two ways: by buildah, and by hand under what the documented run command
// asks of an engine (docs/container.md): root file system read-only, no capabilities, no new privileges.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

import { mounts } from "./missing.mjs";
import { root } from "./paths.mjs";
import { RawServer } from "./raw.mjs";

export const image_archive = `${root}/build/image/aic-mcp-server.tar`;
// The image for the other architecture, and that for both; only where ./dev release made the program for it.
export const [own_architecture, other_architecture] = process.arch === "x64" ? ["amd64", "arm64"] : ["arm64", "amd64"];
export const other_archive = `${root}/build/image/aic-mcp-server-${other_architecture}.tar`;
export const index_archive = `${root}/build/image/aic-mcp-server-index.tar`;
const emulator = `/usr/bin/qemu-${other_architecture === "arm64" ? "aarch64" : "x86_64"}-static`;
const buildah_script = `${root}/scripts/buildah.sh`;
const program = "/usr/bin/aic-mcp-server";
const ca_inside = "/run/ca.pem";

// Why nothing can be tested here, or false.
export function no_image() {
  if (mounts) return mounts;
  if (!existsSync(image_archive)) return "the image is not built: ./dev image";
  const [, , ids] = readFileSync("/proc/self/uid_map", "utf8").trim().split(/\s+/);
  return Number(ids) > 65532 ? false : "needs root: the image's user 65532 does not exist in this user namespace";
}

// The same for the image of the other architecture.
export function no_other_image() {
  const why = no_image();
  if (why) return why;
  if (!existsSync(other_archive)) return "there is no image for another architecture: ./dev release, then ./dev image";
  return existsSync(emulator) ? false : `needs ${emulator}`;
}

export const buildah = (...words) => execFileSync(buildah_script, words, { encoding: "utf8" }).trim();

// A container made of the built image; its file system is `folder`.
export class Container {
  constructor(tag = "latest") {
    this.name = buildah("from", "--pull-never", "--arch", tag === "latest" ? own_architecture : other_architecture, "--cap-drop", "ALL", `localhost/aic-mcp-server:${tag}`);
    this.folder = buildah("mount", this.name);
    this.tag = tag;
    // Static, so that it needs nothing of the image.
    if (tag !== "latest") {
      copyFileSync(emulator, `${this.folder}/qemu`);
      chmodSync(`${this.folder}/qemu`, 0o755);
    }
  }

  // As `docker run -i --rm --env … --volume CA:…:ro` does.
  run(sandbox, env) {
    const words = Object.entries(this.#settings(sandbox, env)).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    return new ContainedServer(spawn(buildah_script, ["run", "--isolation", "chroot", ...words,
      "--volume", `${sandbox.caFile}:${ca_inside}:ro`, this.name, "--", program], { stdio: "pipe" }));
  }

  // The same without an engine, so that the parts buildah's chroot has no switch for hold, too.
  run_hardened(sandbox, env) {
    const { USER, ENV } = this.#config();
    return new ContainedServer(spawn("unshare", ["--mount", "--propagation", "private", "bash", "-c", `
      set -eu
      mount --bind "$1" "$1"
      cd "$1"
      mount --rbind /proc proc
      mount -t tmpfs -o mode=755 none dev
      mknod -m 666 dev/null c 1 3
      mount -t tmpfs -o mode=755 none run
      cp "$2" run/ca.pem
      for at in . dev run; do mount -o remount,bind,ro "$at"; done
      exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid --inh-caps=-all \
        unshare --root "$1" --wd /home/aic --setgid "\${3#*:}" --setuid "\${3%:*}" ${this.tag === "latest" ? "" : "/qemu "}${program}`,
    "hardened", this.folder, sandbox.caFile, USER], {
      env: { PATH: process.env.PATH, ...ENV, ...this.#settings(sandbox, env) }, stdio: "pipe",
    }));
  }

  #settings(sandbox, env) {
    return { AIC_BASE_URL: sandbox.url, AIC_CA_FILE: ca_inside, ...env };
  }
  #config() {
    const { User, Env } = image_config(this.tag);
    return { USER: User, ENV: Object.fromEntries(Env.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
  }

  remove() {
    buildah("rm", this.name);
  }
}

export const image_description = (tag = "latest") => JSON.parse(buildah("inspect", "--type", "image", `localhost/aic-mcp-server:${tag}`)).OCIv1;
export const image_config = (tag) => image_description(tag).config;

class ContainedServer extends RawServer {
  // The server itself, below what started it.
  get process_id() {
    const children = new Map();
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const parent = /PPid:\s+(\d+)/.exec(read_if_there(`/proc/${id}/status`))?.[1];
      children.set(parent, [...(children.get(parent) ?? []), id]);
    }
    for (const open = [`${this.child.pid}`]; open.length > 0; ) {
      const id = open.pop();
      if (executable(id).endsWith(program)) return Number(id);
      open.push(...(children.get(id) ?? []));
    }
    throw new Error(`the server does not run: ${this.stderr}`);
  }

  // Its end follows from that of its input; killing buildah would leave it behind.
  async kill() {
    return this.close();
  }
}

function read_if_there(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
function executable(id) {
  try {
    return readlinkSync(`/proc/${id}/exe`);
  } catch {
    return "";
  }
}
