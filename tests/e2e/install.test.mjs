// packaging/install.sh against a file server on loopback: it installs the program that the checksums name, or nothing at all.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "./support/paths.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const script = `${root}/packaging/install.sh`;
const own = process.arch === "x64" ? "linux-x64" : "linux-arm64";
const name = (platform) => `aic-mcp-server-1.2.3-${platform}`;
const is_there = (program) => ["/bin", "/usr/bin"].map((folder) => `${folder}/${program}`).find((path) => existsSync(path));
const shells = { dash: ["dash"], "bash as sh": ["bash", "--posix"], "BusyBox' sh": ["busybox", "sh"] };
const tools = ["sh", "uname", "mktemp", "rm", "sed", "cut", "tar", "gzip", "cp", "chmod", "mv", "mkdir", "head", "grep", "sha256sum", "cat"];

describe("the installer", () => {
  let work, server, files, url, count = 0;
  // How the server answers a file's request, where not with the file.
  let answers = {};
  before(async () => {
    work = mkdtempSync(join(tmpdir(), "aic-install-"));
    chmodSync(work, 0o755);
    files = {};
    for (const platform of [own, "macos-arm64"]) files[`${name(platform)}.tar.gz`] = tarball(platform);
    files["SHA256SUMS"] = Buffer.from(Object.entries(files).map(([file, bytes]) =>
      `${createHash("sha256").update(bytes).digest("hex")}  ${file}\n`).join(""));
    server = createServer((request, response) => {
      const file = request.url.slice(1);
      if (file in answers) return answers[file](response);
      if (!(file in files)) return response.writeHead(404).end();
      response.end(files[file]);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${server.address().port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
    rmSync(work, { recursive: true, force: true });
  });

  // With a program that says its version, and another one that does not start.
  function tarball(platform, program = "#!/bin/sh\necho 'aic-mcp-server 1.2.3'\n") {
    const at = mkdtempSync(join(work, "make-"));
    mkdirSync(`${at}/${name(platform)}`);
    writeFileSync(`${at}/${name(platform)}/aic-mcp-server`, program, { mode: 0o755 });
    execFileSync("tar", ["-czf", `${at}/it.tar.gz`, "-C", at, name(platform)]);
    return readFileSync(`${at}/it.tar.gz`);
  }

  // A home of its own; what is left in it and in the folder for temporary files is looked at.
  function home() {
    const at = join(work, `home-${++count}`);
    mkdirSync(`${at}/tmp`, { recursive: true });
    return at;
  }
  function start(at, { words = [], shell = ["sh"], path = process.env.PATH, from = url, ...more } = {}) {
    const [program, ...first] = shell;
    const child = spawn(is_there(program), [...first, script, "--from", from, ...words], {
      env: { HOME: at, PATH: path, TMPDIR: `${at}/tmp` }, stdio: ["ignore", "pipe", "pipe"], ...more });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (bytes) => (said[stream] += bytes));
    return { child, done: once(child, "close").then(([code]) => ({ code, ...said })) };
  }
  const install = (at, options) => start(at, options).done;
  const left = (at) => readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1));
  const answering = async (changed, steps) => {
    answers = changed;
    try {
      await steps();
    } finally {
      answers = {};
    }
  };
  const refused = (at, { code, stdout, stderr }, why) => {
    assert.equal(code, 1, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, why);
    assert.match(stderr, /Nothing was installed\.\n$/);
    assert.deepEqual(left(at), []);
    assert.deepEqual(readdirSync(`${at}/tmp`), []);
  };
  // A PATH that has these programs and no other.
  function path_of(programs) {
    const at = join(work, `path-${++count}`);
    mkdirSync(at);
    for (const [program, target] of Object.entries(programs)) {
      if (target.startsWith("#!")) writeFileSync(`${at}/${program}`, target, { mode: 0o755 });
      else symlinkSync(target, `${at}/${program}`);
    }
    return at;
  }
  const ordinary = (more, without = []) =>
    path_of({ ...Object.fromEntries(tools.filter((tool) => !without.includes(tool)).map((tool) => [tool, is_there(tool)])), ...more });
  const uname = (system, machine) => ({ uname: `#!/bin/sh\n[ "$1" = -s ] && echo ${system} || echo ${machine}\n` });

  test("is what shellcheck takes", () => {
    execFileSync("shellcheck", [script], { encoding: "utf8" });
  });

  for (const [how, shell] of Object.entries(shells)) {
    test(`installs the program for this machine with ${how}, and nothing else`, { skip: is_there(shell[0]) ? false : `needs ${shell[0]}` }, async () => {
      const at = home();
      const { code, stdout, stderr } = await install(at, { shell });
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(stdout, `aic-mcp-server 1.2.3: installed as ${at}/.local/bin/aic-mcp-server\n` +
        `${at}/.local/bin is not in your PATH: write the whole path into your client's configuration.\n`);
      assert.deepEqual(left(at), [".local/bin/aic-mcp-server"]);
      assert.equal(statSync(`${at}/.local/bin/aic-mcp-server`).mode & 0o777, 0o755);
      assert.equal(execFileSync(`${at}/.local/bin/aic-mcp-server`, { encoding: "utf8" }), "aic-mcp-server 1.2.3\n");
      assert.deepEqual(readdirSync(`${at}/tmp`), []);
    });
  }

  for (const [how, program] of [["curl", is_there("curl")], ["wget", is_there("wget")], ["BusyBox' wget", is_there("busybox")]]) {
    const path = () => ordinary({ [how.split(" ").at(-1)]: program });
    test(`downloads by ${how}, and says which file it could not get`, { skip: program ? false : `needs ${how}` }, async () => {
      const at = home();
      assert.deepEqual(await install(at, { path: path(), words: ["--to", `${at}/here`] }).then(({ code, stderr }) => [code, stderr]), [0, ""]);
      assert.deepEqual(left(at), ["here/aic-mcp-server"]);
      const other = home();
      refused(other, await install(other, { path: path(), from: `${url}/nowhere` }), /Could not download http.*\/nowhere\/SHA256SUMS\n/);
    });

    test(`installs nothing by ${how} where the download stops in its middle`, { skip: program ? false : `needs ${how}` }, () => {
      const file = `${name(own)}.tar.gz`;
      const half = files[file].subarray(0, files[file].length / 2);
      return answering({ [file]: (response) => {
        response.writeHead(200, { "content-length": files[file].length });
        response.write(half, () => response.destroy());
      } }, async () => {
        const at = home();
        // BusyBox' wget takes it for a success; the checksum does not.
        refused(at, await install(at, { path: path() }), /Could not download|is not the file that SHA256SUMS names/);
      });
    });
  }

  test("says nothing of PATH where the folder is in it, and replaces an older program", async () => {
    const at = home();
    mkdirSync(`${at}/bin`);
    writeFileSync(`${at}/bin/aic-mcp-server`, "old", { mode: 0o700 });
    const { code, stdout } = await install(at, { words: ["--to", `${at}/bin`], path: `${at}/bin:${process.env.PATH}` });
    assert.deepEqual([code, stdout], [0, `aic-mcp-server 1.2.3: installed as ${at}/bin/aic-mcp-server\n`]);
    assert.match(readFileSync(`${at}/bin/aic-mcp-server`, "utf8"), /1\.2\.3/);
    assert.deepEqual(left(at), ["bin/aic-mcp-server"]);
  });

  test("installs nothing out of a tarball that was changed, and keeps the older program", () => {
    const file = `${name(own)}.tar.gz`;
    const changed = tarball(own, "#!/bin/sh\necho 'aic-mcp-server 6.6.6'\n");
    return answering({ [file]: (response) => response.end(changed) }, async () => {
      const at = home();
      refused(at, await install(at), new RegExp(`${file} is not the file that SHA256SUMS names: its checksum is [0-9a-f]{64}, not [0-9a-f]{64}`));
      const other = home();
      mkdirSync(`${other}/bin`);
      writeFileSync(`${other}/bin/aic-mcp-server`, "old");
      assert.equal((await install(other, { words: ["--to", `${other}/bin`] })).code, 1);
      assert.equal(readFileSync(`${other}/bin/aic-mcp-server`, "utf8"), "old");
      assert.deepEqual(left(other), ["bin/aic-mcp-server"]);
    });
  });

  test("installs nothing where it cannot compute the checksum", async () => {
    const at = home();
    const path = ordinary({ curl: is_there("curl") }, ["sha256sum"]);
    refused(at, await install(at, { path }), /its checksum is unknown, not/);
  });

  test("installs nothing when it is interrupted", { timeout: 30_000 }, () => {
    const asked = Promise.withResolvers();
    return answering({ [`${name(own)}.tar.gz`]: (response) => {
      response.writeHead(200, { "content-length": 1e6 });
      response.write("x", asked.resolve);
    } }, async () => {
      const at = home();
      // As a terminal's Ctrl+C does, to the whole group.
      const { child, done } = start(at, { detached: true });
      await asked.promise;
      process.kill(-child.pid, "SIGINT");
      const { code, stderr } = await done;
      assert.equal(code, 130);
      assert.match(stderr, /Interrupted\. Nothing was installed\.\n/);
      assert.deepEqual(left(at), []);
      assert.deepEqual(readdirSync(`${at}/tmp`), []);
    });
  });

  test("installs nothing where it may not write", async () => {
    const at = home();
    mkdirSync(`${at}/locked`, { mode: 0o555 });
    for (const folder of ["locked", "locked/bin"]) {
      // Nothing is locked for root.
      if (process.getuid() === 0) chmodSync(`${at}/tmp`, 0o777);
      const more = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
      refused(at, await install(at, { words: ["--to", `${at}/${folder}`], ...more }),
        new RegExp(`Could not (write to|make the folder) ${at}/${folder}\n.*--to FOLDER`));
    }
    writeFileSync(`${at}/file`, "");
    const { code, stderr } = await install(at, { words: ["--to", `${at}/file`] });
    assert.equal(code, 1);
    assert.match(stderr, /Could not make the folder/);
  });

  test("installs no program that does not start here", () => {
    const file = `${name(own)}.tar.gz`;
    const broken = tarball(own, "#!/bin/sh\necho 'version GLIBC_2.28 not found' >&2\nexit 1\n");
    const sums = Buffer.from(`${createHash("sha256").update(broken).digest("hex")}  ${file}\n`);
    return answering({ [file]: (response) => response.end(broken), SHA256SUMS: (response) => response.end(sums) }, async () => {
      const at = home();
      refused(at, await install(at), /does not start here: version GLIBC_2\.28 not found\n.*needs glibc 2\.28 or later/);
    });
  });

  test("says for which systems there are programs, and what to do elsewhere", async () => {
    const at = home();
    const on = (...words) => install(at, { path: ordinary({ curl: is_there("curl"), ...uname(...words) }) });
    refused(at, await on("FreeBSD", "amd64"), /no program for FreeBSD-x64, only for Linux and macOS.*\n.*build the program yourself/);
    refused(at, await on("Linux", "riscv64"), /no program for linux-riscv64/);
    refused(at, await on("MINGW64_NT-10.0", "x86_64"), /no program for MINGW64_NT-10\.0-x64.*\n.*On Windows, use the zip/);
    // The loader of another machine's glibc is as absent here as glibc's is on a system with musl.
    refused(at, await on("Linux", own === "linux-x64" ? "aarch64" : "x86_64"), /needs glibc \(\/lib.*musl.*\n.*container image/);
    refused(at, await on("Darwin", "x86_64"), /SHA256SUMS of http.* names no program for macos-x64/);
    assert.equal((await on("Darwin", "arm64")).code, 0);
  });

  test("explains itself, and refuses what it does not know", async () => {
    const at = home();
    const { code, stdout } = await install(at, { words: ["--help"] });
    assert.equal(code, 0);
    assert.match(stdout, /^usage: install\.sh/);
    refused(at, await install(at, { words: ["--too", "x"] }), /Unknown argument: --too/);
    refused(at, await install(at, { words: ["--to"] }), /--to needs a value/);
    refused(at, await install(at, { path: ordinary({}) }), /Neither curl nor wget/);
  });
});
