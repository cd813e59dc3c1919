// The programs of ./dev release. Those for Linux run with the C library of an older Debian and, where nothing else has to
// start, in a root that has nothing but that. Those for macOS are only looked at.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

import { record_value, records, written_records } from "./support/keyring.mjs";
import { other_roots, redirect_port } from "./support/missing.mjs";
import { here, root } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { describe, test } from "./support/suite.mjs";

const env = { AIC_BASE_URL: "https://openam-example.forgeblocks.com" };
const at_home = process.arch === "x64" ? "linux-x64" : "linux-arm64";
const targets = {
  "linux-x64": { debian: "amd64", qemu: "qemu-x86_64-static", loader: "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" },
  "linux-arm64": { debian: "arm64", qemu: "qemu-aarch64-static", loader: "lib/aarch64-linux-gnu/ld-linux-aarch64.so.1" },
};

// Of each family, reads and writes.
const variable = { variableId: "esv-release-test" };
const calls = [
  ["queryManagedObjects", { objectType: "alpha_user", pageSize: 2 }],
  ["listManagedObjects", {}],
  ["getManagedObjectSchema", { objectType: "alpha_user", summary: true }],
  ["listJourneys", { realm: "alpha" }],
  ["getJourney", { realm: "alpha", journeyName: "Login" }],
  ["drawJourney", { realm: "alpha", journeyName: "Login" }],
  ["listNodeTypes", { realm: "alpha" }],
  ["listScripts", { realm: "alpha" }],
  ["getThemes", { realm: "alpha" }],
  ["getThemeSchema", {}],
  ["listOidcApps", { realm: "alpha" }],
  ["getOidcAppSchema", { realm: "alpha" }],
  ["listCorsPolicies", {}],
  ["getLogSources", {}],
  ["queryLogs", { sources: ["am-access"] }],
  ["queryESVs", { type: "variable" }],
  ["setVariable", { ...variable, value: "one", type: "string" }],
  ["getVariable", variable],
  ["deleteVariable", variable],
  ["getManagedObjectSchema", { objectType: "bravo_user" }],
];

for (const [target, { debian, qemu, loader }] of Object.entries(targets)) {
  const folder = `${root}/build/artifacts/${target}`;
  const old_root = `${root}/build/old-root-${debian}`;
  const emulator = `/usr/bin/${qemu}`;
  // The command that starts a program of the folder with the C library of the old root.
  const starts =
    target === at_home
      ? (program) => {
          copyFileSync(`${folder}/${program}`, `${old_root}/${program}`);
          return ["/usr/sbin/chroot", old_root, `/${program}`];
        }
      : (program) => [emulator, "-L", old_root, `${folder}/${program}`];
  const libraries = ["", "usr/"].map((place) => `${old_root}/${place}${dirname(loader)}`);
  // The same beside the programs of this system: the sign-in starts one as the person's browser.
  const starts_here = (program) =>
    target === at_home
      ? [`${old_root}/${loader}`, "--library-path", libraries.join(":"), `${folder}/${program}`]
      : starts(program);
  const lacks = () => {
    if (!existsSync(`${folder}/aic-mcp-server`)) return "not built: ./dev release";
    if (!existsSync(`${old_root}/complete`)) return "apt could not give libc6 of an older Debian (scripts/minimal_root.sh)";
    if (target === at_home) return other_roots;
    return existsSync(emulator) ? false : `needs ${emulator}`;
  };

  describe(`the release for ${target}`, { skip: lacks() }, () => {
    test("asks for no newer glibc than it says and for no other library, and is hardened", () => {
      const checked = execFileSync(`${root}/scripts/check_release.sh`, [`${folder}/aic-mcp-server`, `${folder}/aic-sandbox`], { encoding: "utf8" });
      assert.equal(checked.match(/: glibc 2\.\d+ or later/g)?.length, 2, checked);
      // A program of this system needs a newer one: the check would see it.
      assert.throws(() => execFileSync(`${root}/scripts/check_release.sh`, [process.execPath], { encoding: "utf8", stdio: "pipe" }), /needs libraries other than/);
    });

    test("says its version", () => {
      const [program, ...words] = starts("aic-mcp-server");
      assert.match(execFileSync(program, [...words, "--version"], { encoding: "utf8" }), /^aic-mcp-server \d+\.\d+\.\d+/);
    });

    test("answers a client", { timeout: 120_000 }, async () => {
      const [program, ...words] = starts("aic-mcp-server");
      const server = new RawServer(spawn(program, words, { env, stdio: "pipe" }));
      try {
        assert.equal((await server.initialize()).serverInfo.name, "aic-mcp-server");
        assert.ok((await server.request("tools/list", {})).result.tools.some(({ name }) => name === "queryManagedObjects"));
        assert.deepEqual(await server.close(), { code: 0, signal: null });
      } finally {
        await server.kill();
      }
    });

    // One tenant and one server, both gone at the end.
    const with_server = async (more, steps) => {
      const sandbox = await Sandbox.start_by(starts_here("aic-sandbox"), "--device-interval", "1");
      const [program, ...words] = starts_here("aic-mcp-server");
      const server = new RawServer(spawn(program, words, { env: sandbox.environment(more), stdio: "pipe" }));
      try {
        await server.initialize();
        await steps({ sandbox, server });
        assert.deepEqual(await server.close(), { code: 0, signal: null });
      } finally {
        await server.kill();
        await sandbox.stop();
      }
    };

    test("signs a person in by browser, keeps the token in the keychain, and serves twenty tools", { skip: redirect_port, timeout: 120_000 }, () =>
      with_server({}, async ({ sandbox, server }) => {
        assert.equal(calls.length, 20);
        for (const [name, words] of calls) {
          const { result } = await server.call(name, words);
          assert.ok(!result.isError, `${name}: ${result.content[0].text}`);
        }
        const grants = (await sandbox.requests()).map(({ grantType }) => grantType);
        assert.equal(grants.filter((grant) => grant === "authorization_code").length, 1);
        assert.ok(grants.filter((grant) => grant?.endsWith(":token-exchange")).length >= 3);
        const [account] = await written_records();
        assert.match(await record_value(account), /./);
      }).then(async () => assert.deepEqual(await records(), [])));

    test("signs a person in by device code, and keeps no record", { timeout: 120_000 }, () =>
      with_server({ DOCKER_CONTAINER: "true" }, async ({ sandbox, server }) => {
        const users = { objectType: "alpha_user", pageSize: 2 };
        const { url } = parts((await server.call("queryManagedObjects", users)).result).json.detail;
        await promisify(execFile)(process.execPath, [`${here}/support/opener.mjs`, "--ca", sandbox.caFile, "--user", sandbox.user,
          "--password", sandbox.password, url]);
        const { result } = await server.call("queryManagedObjects", users, { progressToken: "sign-in" });
        assert.ok(!result.isError, result.content[0].text);
        assert.equal(parts(result).json.result.length, 2);
        assert.ok((await sandbox.requests()).some(({ grantType }) => grantType?.endsWith(":device_code")));
        assert.deepEqual(await records(), []);
      }));
  });
}

// The ad-hoc signature of a Mach-O file: `pages` counts those whose digest it has, `wrong` those of another content.
function ad_hoc_signature(file) {
  const all = readFileSync(file);
  const code_signature = 0x1d;  // LC_CODE_SIGNATURE
  let at = 32;
  for (let left = all.readUInt32LE(16); left > 0 && all.readUInt32LE(at) !== code_signature; --left) at += all.readUInt32LE(at + 4);
  const blob = all.readUInt32LE(at + 8);
  const directory = blob + all.readUInt32BE(blob + 16);
  assert.equal(all.readUInt32BE(blob), 0xfade0cc0);  // a SuperBlob, whose first part is the CodeDirectory
  assert.equal(all.readUInt32BE(directory), 0xfade0c02);
  const [flags, hashes, pages, limit] = [12, 16, 28, 32].map((offset) => all.readUInt32BE(directory + offset));
  const page = 2 ** all[directory + 39];
  let wrong = 0;
  for (let each = 0; each < pages; ++each) {
    const digest = createHash("sha256").update(all.subarray(each * page, Math.min((each + 1) * page, limit))).digest();
    if (!digest.equals(all.subarray(directory + hashes + 32 * each, directory + hashes + 32 * (each + 1)))) ++wrong;
  }
  assert.equal(pages, Math.ceil(limit / page));
  return { is_ad_hoc: (flags & 2) !== 0, ends_before_it: limit === blob, wrong };
}

for (const target of ["macos-arm64", "macos-x64"]) {
  const programs = ["aic-mcp-server", "aic-sandbox"].map((name) => `${root}/build/artifacts/${target}/${name}`);
  describe(`the release for ${target}`, { skip: existsSync(programs[0]) ? false : "not built: ./dev release" }, () => {
    test("asks for no newer macOS than it says and for libSystem alone, and is hardened", () => {
      const checked = execFileSync(`${root}/scripts/check_release.sh`, programs, { encoding: "utf8" });
      assert.equal(checked.match(/: macOS 12\.0 or later/g)?.length, 2, checked);
    });

    test("has its debug symbols beside it", () => {
      const uuid = (file) => /uuid ([0-9A-F-]{36})/.exec(execFileSync("llvm-otool-19", ["-l", file], { encoding: "utf8" }))[1];
      for (const program of programs) {
        assert.equal(uuid(`${program}.dSYM/Contents/Resources/DWARF/${program.split("/").at(-1)}`), uuid(program));
      }
    });

    test("is signed, which Macs with an ARM processor demand", { skip: target === "macos-arm64" ? false : "others do not" }, () => {
      for (const program of programs) {
        assert.deepEqual(ad_hoc_signature(program), { is_ad_hoc: true, ends_before_it: true, wrong: 0 });
      }
    });
  });
}

// windows.test.mjs runs the same files under Wine.
{
  const folder = `${root}/build/artifacts/windows-x64`;
  const programs = ["aic-mcp-server", "aic-sandbox"].map((program) => `${folder}/${program}`);
  describe("the release for windows-x64", { skip: existsSync(`${programs[0]}.exe`) ? false : "not built: ./dev release" }, () => {
    test("asks for no library but Windows' own, and is hardened", () => {
      const checked = execFileSync(`${root}/scripts/check_release.sh`, programs.map((program) => `${program}.exe`), { encoding: "utf8" });
      assert.equal(checked.match(/: Windows 10 or later/g)?.length, 2, checked);
    });

    test("has its debug symbols beside it", () => {
      const found = (pattern, tool, ...words) => pattern.exec(execFileSync(tool, words, { encoding: "utf8" }))[1];
      for (const program of programs) {
        const directory = ["llvm-readobj-19", "--coff-debug-directory", `${program}.exe`];
        assert.equal(found(/GUID: \{([0-9A-F-]{36})\}/, "llvm-pdbutil-19", "dump", "--summary", `${program}.pdb`), found(/PDBGUID: \{([0-9A-F-]{36})\}/, ...directory));
        assert.equal(found(/PDBFileName: (.*)/, ...directory), `${program.split("/").at(-1)}.pdb`);
      }
    });
  });
}
