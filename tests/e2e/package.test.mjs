// The packages of ./dev package: complete, described as their catalogs want it, and running where there is only a C library.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import Ajv from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";

import { other_roots } from "./support/missing.mjs";
import { root } from "./support/paths.mjs";
import { RawServer } from "./support/raw.mjs";
import { after, before, describe, test } from "./support/suite.mjs";

const folder = `${root}/build/package`;
const mcpb = `${root}/tests/e2e/node_modules/@anthropic-ai/mcpb`;
const minimal_root = `${root}/build/minimal-root`;
const no_minimal_root = existsSync(`${minimal_root}/complete`) ? false : "apt could not give libc6 and ca-certificates (scripts/minimal_root.sh)";
const text = (path) => readFileSync(path, "utf8");
const run = (program, ...words) => execFileSync(program, words, { encoding: "utf8" });
const cmake_version = () => /project\(aic-mcp-server VERSION (\S+)/.exec(text(`${root}/CMakeLists.txt`))[1];
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

const libraries = ["Boost", "CLI11", "OpenSSL", "fmt", "libcurl", "nghttp2", "nlohmann-json", "spdlog", "zlib"];

// What may be packed, by its name in the packages' names: of this machine's system always, of the others where ./dev release
// made them of this commit.
const own = process.arch === "x64" ? "linux-x64" : "linux-arm64";
const all_targets = {
  "linux-x64": { deb: "amd64", rpm: "x86_64", npm: "linux-x64" },
  "linux-arm64": { deb: "arm64", rpm: "aarch64", npm: "linux-arm64" },
  "macos-arm64": { npm: "darwin-arm64" },
  "macos-x64": { npm: "darwin-x64" },
  "windows-x64": { npm: "win32-x64" },
};
const archive = (target) => `${folder}/aic-mcp-server-${cmake_version()}-${target}.${target.startsWith("windows") ? "zip" : "tar.gz"}`;
const deb = (target) => `${folder}/aic-mcp-server_${cmake_version()}_${all_targets[target].deb}.deb`;
const rpm = (target) => `${folder}/aic-mcp-server-${cmake_version()}-1.${all_targets[target].rpm}.rpm`;
const npm = (target) => `${folder}/aic-mcp-server-${all_targets[target].npm}-${cmake_version()}.tgz`;
const bundle = () => `${folder}/aic-mcp-server-${cmake_version()}.mcpb`;
const sbom = (target) => `${folder}/aic-mcp-server-${cmake_version()}-${target}.cdx.json`;
const program_of = (target) => (target.startsWith("windows") ? "aic-mcp-server.exe" : "aic-mcp-server");
const targets = Object.keys(all_targets).filter((target) => existsSync(sbom(target)));
const is_complete = targets.length === Object.keys(all_targets).length ? false : "not all targets of ./dev release are packed";

// What is fetched to build or pack is named by what it is, not by a name that others can point elsewhere.
test("base images and actions are pinned", () => {
  const bases = [...text(`${root}/Dockerfile`).matchAll(/^FROM (\S+)/gm)].map(([, image]) => image).filter((image) => image !== "scratch");
  assert.ok(bases.length > 0);
  const workflows = readdirSync(`${root}/.github/workflows`).map((name) => text(`${root}/.github/workflows/${name}`)).join("\n");
  const images = [...workflows.matchAll(/^\s*(?:container|image): +(\S+)/gm)].map(([, image]) => image);
  assert.deepEqual([...bases, ...images].filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image)), []);
  assert.deepEqual(images.filter((image) => !bases.includes(image)), [], "one Debian for the image and for CI");
  const actions = [...workflows.matchAll(/^\s*(?:- )?uses: (\S+)/gm)].map(([, action]) => action);
  assert.ok(actions.length > 0);
  assert.deepEqual(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action)), []);
});

// The npm name and the image's name belong to nobody yet: what is not on the machine must not be fetched.
test("no document has people run what npm or a container engine would fetch by a name that is not ours", () => {
  for (const path of ["README.md", "docs/container.md", "packaging/README.md", "packaging/npm/README.md"]) {
    const document = text(`${root}/${path}`);
    assert.doesNotMatch(document, /npx (?!--no-install )|"npx"|npm (install|i) (?!--offline )/, path);
    assert.doesNotMatch(document, /docker run (?!--pull never )|"run", (?!"--pull", "never")/, path);
  }
});

describe("the packages", { skip: existsSync(`${folder}/SHA256SUMS`) ? false : "not built: ./dev package" }, () => {
  let unpacked;
  before(() => {
    unpacked = mkdtempSync(join(tmpdir(), "aic-package-"));
    run("tar", "-xzf", archive(own), "-C", unpacked, "--strip-components=1", "--one-top-level=tarball");
    run("dpkg-deb", "-x", deb(own), `${unpacked}/deb`);
    run(process.execPath, `${mcpb}/dist/cli/cli.js`, "unpack", bundle(), `${unpacked}/bundle`);
  });
  after(() => rmSync(unpacked, { recursive: true, force: true }));

  test("have the checksums that stand beside them", () => {
    assert.equal(execFileSync("sha256sum", ["--check", "--quiet", "--strict", "SHA256SUMS"], { cwd: folder, encoding: "utf8" }), "");
    assert.equal(text(`${folder}/SHA256SUMS`).trim().split("\n").length, readdirSync(folder).length - 1);
  });

  test("are of one version each, and of this machine's system at least", () => {
    assert.ok(targets.includes(own));
    const expected = ["SHA256SUMS", "aic-mcp-server.1", "install.sh", "server.json", "server.yaml", basename(bundle()), `aic-mcp-server-${cmake_version()}.tgz`,
      ...targets.flatMap((target) => [archive(target), sbom(target), npm(target), ...("deb" in all_targets[target] ? [deb(target), rpm(target)] : [])]).map((path) => basename(path)),
      ...(targets.includes("windows-x64") ? ["scoop.json", ...readdirSync(`${root}/packaging/winget`)] : []),
      ...(targets.filter((target) => /linux|macos/.test(target)).length === 4 ? ["aic-mcp-server.rb"] : [])];
    assert.deepEqual(readdirSync(folder).sort(), expected.sort());
  });

  for (const target of targets) {
    test(`for ${target} hold the same program, the licence texts of all that is linked in, and the list of it`, async () => {
      const at = join(unpacked, "all", target);
      const take = (name, program, ...words) => {
        mkdirSync(`${at}/${name}`, { recursive: true });
        execFileSync(program, words, { cwd: `${at}/${name}` });
      };
      const top = basename(archive(target)).replace(/\.(tar\.gz|zip)$/, "");
      const name = program_of(target);
      if (archive(target).endsWith(".zip")) take("archive", "unzip", "-q", archive(target));
      else take("archive", "tar", "-xzf", archive(target));
      take("npm", "tar", "-xzf", npm(target));
      const places = { [`archive/${top}/${name}`]: `archive/${top}`, [`npm/package/${name}`]: "npm/package" };
      if ("deb" in all_targets[target]) {
        take("deb", "dpkg-deb", "-x", deb(target), ".");
        places[`deb/usr/bin/${name}`] = "deb/usr/share/doc/aic-mcp-server";
        take("rpm", "sh", "-c", `rpm2cpio "$1" | cpio --quiet -idm`, "sh", rpm(target));
        places[`rpm/usr/bin/${name}`] = "rpm/usr/share/licenses/aic-mcp-server";
      }
      const pairs = Object.entries(places).map(([program, documents]) => [`${at}/${program}`, `${at}/${documents}`]);
      pairs.push([`${unpacked}/bundle/server/${target}/${name}`, `${unpacked}/bundle/licences/${target}`]);

      const bom = text(sbom(target));
      assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bom), null);
      const { components, metadata } = JSON.parse(bom);
      assert.deepEqual(libraries.filter((name) => !components.some((part) => part.name === name && part.version && part.licenses)), []);
      assert.equal(metadata.component.version, cmake_version());
      const has_gcc = components.some((part) => part.name === "libgcc");
      assert.notEqual(has_gcc, components.some((part) => part.name === "Zig's libc++"), "one C++ runtime");
      for (const [program, documents] of pairs) {
        assert.equal(sha256(program), metadata.component.hashes[0].content, program);
        assert.ok(statSync(program).mode & 0o100, program);
        assert.match(text(`${documents}/LICENSE`), /Apache License/);
        for (const library of libraries) assert.ok(statSync(`${documents}/third-party/${library}.txt`).size > 500, library);
        if (has_gcc) assert.match(text(`${documents}/third-party/GPL-3.txt`), /Version 3, 29 June 2007/);
        assert.equal(text(`${documents}/sbom.cdx.json`), bom);
      }
    });
  }

  // A program of ./dev release that was built from other sources would be a stale one.
  for (const target of targets.filter((target) => existsSync(`${root}/build/artifacts/${target}/commit`))) {
    test(`for ${target} take the program of ./dev release only if it is of the commit that it names`, () => {
      const program = `${unpacked}/bundle/server/${target}/${program_of(target)}`;
      const is_released = sha256(program) === sha256(`${root}/build/artifacts/${target}/${program_of(target)}`);
      assert.ok(is_released || target === own);
      if (is_released) assert.ok(readFileSync(program).includes(text(`${root}/build/artifacts/${target}/commit`).trim()));
    });
  }

  test("come with a man page that names each setting, and a completion that bash reads", () => {
    const help = run(`${unpacked}/tarball/aic-mcp-server`, "--help");
    const settings = [...help.matchAll(/^ {2}([A-Z][A-Z_]+)/gm)].map(([, name]) => name);
    assert.ok(settings.length > 10);
    const page = run("gzip", "-dc", `${unpacked}/deb/usr/share/man/man1/aic-mcp-server.1.gz`);
    assert.deepEqual(settings.filter((name) => !page.includes(`\n.B ${name}`)), []);
    assert.ok(!page.includes("@"), page);
    const completed = run("bash", "-c", `. "$1"; compgen -W "$(complete -p aic-mcp-server | grep -o -- "'.*'" | tr -d "'")" -- --v`, "bash",
      `${unpacked}/deb/usr/share/bash-completion/completions/aic-mcp-server`);
    assert.equal(completed, "--version\n");
  });

  test("start from the tarball where there is nothing but libc6 and CA certificates", { skip: other_roots || no_minimal_root }, async () => {
    run("cp", `${unpacked}/tarball/aic-mcp-server`, `${minimal_root}/aic-mcp-server`);
    const server = new RawServer(spawn("/usr/sbin/chroot", [minimal_root, "/aic-mcp-server"], {
      env: { AIC_BASE_URL: "https://openam-example.forgeblocks.com" }, stdio: "pipe",
    }));
    try {
      assert.equal((await server.initialize()).serverInfo.version, cmake_version());
      assert.ok((await server.request("tools/list", {})).result.tools.some(({ name }) => name === "queryManagedObjects"));
      assert.deepEqual(await server.close(), { code: 0, signal: null });
    } finally {
      await server.kill();
    }
    assert.deepEqual(readdirSync(`${minimal_root}/lib/x86_64-linux-gnu`).filter((name) => /stdc\+\+|ssl|curl|nghttp/.test(name)), []);
  });

  const newer = (a, b) => a.localeCompare(b, "en", { numeric: true });
  for (const target of targets.filter((target) => target.startsWith("linux"))) {
    test(`for ${target} ask for a C library that the packages' dependencies cover, and for that machine`, () => {
      const program = `${unpacked}/bundle/server/${target}/aic-mcp-server`;
      const versions = [...run(`llvm-readelf-${process.env.AIC_LLVM ?? 19}`, "--version-info", program).matchAll(/GLIBC_([\d.]+)/g)].map(([, version]) => version);
      const highest = versions.sort(newer).at(-1);
      const here = process.report.getReport().header.glibcVersionRuntime;  // 2.36 in Debian 12
      assert.ok(newer(highest, here) <= 0, `${highest}, but ${here} here`);
      assert.equal(run("dpkg-deb", "-f", deb(target), "Depends").trim(), `libc6 (>= ${highest})`);
      assert.equal(run("dpkg-deb", "-f", deb(target), "Architecture").trim(), all_targets[target].deb);
      const asks = run("rpm", "-qp", "--requires", rpm(target)).split("\n").filter((line) => line !== "" && !line.startsWith("rpmlib("));
      assert.deepEqual(asks, [`glibc >= ${highest}`]);
      assert.equal(run("rpm", "-qp", "--queryformat", "%{NAME} %{VERSION} %{ARCH} %{OS} %{PAYLOADCOMPRESSOR} %{FILEDIGESTALGO}", rpm(target)),
        `aic-mcp-server ${cmake_version()} ${all_targets[target].rpm} linux gzip 8`);
    });

    test(`for ${target} install by rpm into an empty system, and can be removed`, { skip: other_roots }, () => {
      const system = `${unpacked}/rpm-root-${target}`;
      mkdirSync(system);
      // Debian's rpm says on stderr that it is not Debian's way to install packages.
      const at = (...words) => execFileSync("rpm", ["--root", system, "--dbpath", "/var/lib/rpm", ...words], { encoding: "utf8", stdio: "pipe" });
      at("--initdb");
      at("--install", "--nodeps", "--ignorearch", rpm(target));
      assert.equal(at("--query", "aic-mcp-server").trim(), `aic-mcp-server-${cmake_version()}-1.${all_targets[target].rpm}`);
      assert.equal(at("--verify", "--nodeps", "aic-mcp-server"), "");
      assert.equal(sha256(`${system}/usr/bin/aic-mcp-server`), sha256(`${unpacked}/bundle/server/${target}/aic-mcp-server`));
      assert.ok(existsSync(`${system}/usr/share/man/man1/aic-mcp-server.1.gz`));
      at("--erase", "aic-mcp-server");
      assert.deepEqual(readdirSync(`${system}/usr`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()), []);
    });
  }

  for (const target of targets) {
    test(`for ${target} are chosen by npm on such machines only`, () => {
      const { name, version, os, cpu, libc } = JSON.parse(run("tar", "-xzOf", npm(target), "package/package.json"));
      const [system, machine] = all_targets[target].npm.split("-");
      assert.deepEqual([name, version, os, cpu, libc],
        [`aic-mcp-server-${system}-${machine}`, cmake_version(), [system], [machine], system === "linux" ? ["glibc"] : undefined]);
      const launcher = JSON.parse(run("tar", "-xzOf", `${folder}/aic-mcp-server-${cmake_version()}.tgz`, "package/package.json"));
      assert.deepEqual(launcher.optionalDependencies, Object.fromEntries(targets.map((each) => [`aic-mcp-server-${all_targets[each].npm}`, cmake_version()])));
    });
  }

  test("have a bundle whose manifest is valid by the format's own schema, and by its own packer", () => {
    const manifest = JSON.parse(text(`${unpacked}/bundle/manifest.json`));
    const schema = JSON.parse(text(`${mcpb}/dist/mcpb-manifest-v${manifest.manifest_version}.schema.json`));
    assert.deepEqual(faults(schema, manifest), []);
    assert.notDeepEqual(faults(schema, { ...manifest, server: { ...manifest.server, mcp_config: {} } }), []);
    run(process.execPath, `${mcpb}/dist/cli/cli.js`, "validate", `${unpacked}/bundle/manifest.json`);
    run(process.execPath, `${mcpb}/dist/cli/cli.js`, "validate", `${root}/packaging/mcpb/manifest.json`);
  });

  test("have a bundle for the systems that it has programs for", () => {
    const { server, compatibility } = JSON.parse(text(`${unpacked}/bundle/manifest.json`));
    const systems = new Set(targets.map((target) => all_targets[target].npm.split("-")[0]));
    assert.deepEqual(new Set(compatibility.platforms), systems);
    const { platform_overrides } = server.mcp_config;
    assert.equal("win32" in (platform_overrides ?? {}), systems.has("win32"));
    if (platform_overrides) {
      const path = platform_overrides.win32.command.replace("${__dirname}", `${unpacked}/bundle`).replaceAll("\\", "/");
      assert.ok(existsSync(path), path);
    }
  });

  // Stands for the bundle on a machine whose uname says so: what start.sh says, or that it started the program for it.
  function start_on(system, machine) {
    const at = mkdtempSync(join(unpacked, "start-"));
    copyFileSync(`${unpacked}/bundle/server/start.sh`, `${at}/start.sh`);
    writeFileSync(`${at}/uname`, `#!/bin/sh\n[ "$1" = -s ] && echo ${system} || echo ${machine}\n`, { mode: 0o755 });
    for (const target of ["linux-x64", "linux-arm64", "macos-x64", "macos-arm64"]) {
      mkdirSync(`${at}/${target}`);
      writeFileSync(`${at}/${target}/aic-mcp-server`, `#!/bin/sh\necho started ${target} "$@"\n`, { mode: 0o755 });
    }
    try {
      return execFileSync("/bin/sh", [`${at}/start.sh`, "--version"], { encoding: "utf8", env: { PATH: `${at}:/usr/bin:/bin` }, stdio: "pipe" });
    } catch (error) {
      return error.stderr;
    }
  }

  test("start the program for the machine, or say that there is none", () => {
    assert.equal(start_on("Darwin", "arm64"), "started macos-arm64 --version\n");
    assert.equal(start_on("Darwin", "x86_64"), "started macos-x64 --version\n");
    const [here, other] = own === "linux-x64" ? ["x86_64", "aarch64"] : ["aarch64", "x86_64"];
    assert.equal(start_on("Linux", here), `started ${own} --version\n`);
    // The loader of another machine's glibc is as absent here as glibc's is on a system with musl.
    assert.match(start_on("Linux", other), /needs glibc 2\.\d+ or later.*musl.\n.*container image/);
    assert.match(start_on("Linux", "riscv64"), /no program for linux-riscv64 in this bundle, only for linux-arm64 linux-x64 macos-arm64 macos-x64\.\n.*build it yourself/);
    assert.match(start_on("FreeBSD", "amd64"), /no program for FreeBSD-x64/);
  });

  // As a host does: the manifest's command, with its own folder and the person's settings filled in.
  function start_bundle(at, PATH = "/usr/bin:/bin") {
    const { command, args } = JSON.parse(text(`${at}/manifest.json`)).server.mcp_config;
    const filled = (word) => word.replaceAll("${__dirname}", at);
    return new RawServer(spawn(filled(command), args.map(filled), {
      env: { PATH, AIC_BASE_URL: "https://openam-example.forgeblocks.com" }, stdio: "pipe",
    }));
  }

  for (const [how, mode] of [["with", 0o755], ["without", 0o644]]) {
    test(`start from the bundle, unpacked ${how} the executable bit`, async () => {
      const at = `${unpacked}/bundle`;
      for (const name of [`${own}/aic-mcp-server`, "start.sh"]) chmodSync(`${at}/server/${name}`, mode);
      const server = start_bundle(at);
      try {
        assert.equal((await server.initialize()).serverInfo.version, cmake_version());
        assert.deepEqual(await server.close(), { code: 0, signal: null });
        assert.equal(server.stderr, "");
      } finally {
        await server.kill();
        chmodSync(`${at}/server/${own}/aic-mcp-server`, 0o755);
      }
    });
  }

  test("start from a bundle that may not be changed, without the executable bit", async () => {
    const at = `${unpacked}/bundle`;
    chmodSync(`${at}/server/${own}/aic-mcp-server`, 0o644);
    // A chmod that refuses stands for a file of somebody else.
    writeFileSync(`${unpacked}/chmod`, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const server = start_bundle(at, `${unpacked}:/usr/bin:/bin`);
    try {
      assert.equal((await server.initialize()).serverInfo.version, cmake_version());
      assert.deepEqual(await server.close(), { code: 0, signal: null });
    } finally {
      await server.kill();
      chmodSync(`${at}/server/${own}/aic-mcp-server`, 0o755);
    }
  });

  test("describe the bundle with the settings that the program knows", () => {
    const manifest = JSON.parse(text(`${unpacked}/bundle/manifest.json`));
    assert.equal(manifest.version, cmake_version());
    assert.equal(manifest.server.type, "binary");
    assert.ok(existsSync(join(unpacked, "bundle", manifest.server.entry_point)));
    const used = Object.values(manifest.server.mcp_config.env).map((value) => /^\$\{user_config\.(\w+)\}$/.exec(value)[1]);
    assert.deepEqual(used, Object.keys(manifest.user_config));
    const env = Object.fromEntries(Object.entries(manifest.server.mcp_config.env).map(([name], at) =>
      [name, String(manifest.user_config[used[at]].default ?? "https://openam-example.forgeblocks.com")]));
    const help = run(`${unpacked}/bundle/server/${own}/aic-mcp-server`, "--help");
    for (const name of Object.keys(env)) assert.ok(help.includes(name), name);
    assert.equal(execFileSync(`${unpacked}/bundle/server/${own}/aic-mcp-server`, { env, input: "" }).length, 0);
  });

  test("are described for the MCP registry by its rules", () => {
    const server = JSON.parse(text(`${folder}/server.json`));
    assert.deepEqual(faults(registry_schema, server), []);
    // The published schema itself, where there is a copy of it.
    const published = process.env.AIC_MCP_REGISTRY_SCHEMA;
    if (published) assert.deepEqual(faults(JSON.parse(text(published)), server), []);
    assert.equal(server.version, cmake_version());
    const described = server.packages.find(({ registryType }) => registryType === "mcpb");
    assert.equal(described.fileSha256, sha256(bundle()));
    assert.ok(described.identifier.endsWith(basename(bundle())));
    assert.equal(server.packages.find(({ registryType }) => registryType === "npm").version, cmake_version());
    const image = server.packages.find(({ registryType }) => registryType === "oci");
    assert.ok(image.identifier.endsWith(`:${cmake_version()}`) && !("version" in image));
    const label = /io\.modelcontextprotocol\.server\.name="([^"]+)"/.exec(text(`${root}/Dockerfile`))[1];
    assert.equal(label, server.name);
    assert.ok(text(`${root}/Dockerfile`).includes(`ARG AIC_VERSION=${cmake_version()}\n`));
  });

  test("are described for the Docker MCP catalog by its rules", () => {
    assert.deepEqual(faults(catalog_schema, parse(text(`${folder}/server.yaml`))), []);
    const { name, config } = parse(text(`${folder}/server.yaml`));
    for (const { value } of config.env) {
      const [, owner, property] = /^\{\{([\w-]+)\.(\w+)\}\}$/.exec(value);
      assert.equal(owner, name);
      assert.ok(property in config.parameters.properties, property);
    }
    assert.equal(config.secrets, undefined);
  });

  // Each file that is named is one of these packages and has the checksum that stands beside the name.
  const named = (document, pattern) => {
    const pairs = [...document.matchAll(pattern)].map(([, url, sum]) => [basename(url), sum.toLowerCase()]);
    for (const [name, sum] of pairs) assert.equal(sum, sha256(`${folder}/${name}`), name);
    return pairs.map(([name]) => name).sort();
  };
  const archives = (...wanted) => wanted.map((target) => basename(archive(target))).sort();

  test("are described for Homebrew, with the right checksums", { skip: existsSync(`${folder}/aic-mcp-server.rb`) ? false : is_complete }, () => {
    const formula = text(`${folder}/aic-mcp-server.rb`);
    assert.deepEqual(named(formula, /url "(\S+)"\s+sha256 "(\w+)"/g), archives("linux-arm64", "linux-x64", "macos-arm64", "macos-x64"));
    assert.doesNotMatch(formula, /@/);
    run("ruby", "-c", `${folder}/aic-mcp-server.rb`);
    // What it installs is in the tarballs.
    for (const name of ["aic-mcp-server", "aic-mcp-server.1", "completions/_aic-mcp-server", "LICENSE", "NOTICE", "sbom.cdx.json", "third-party"]) {
      assert.ok(formula.includes(`"${name}"`) && existsSync(`${unpacked}/tarball/${name}`), name);
    }
  });

  test("are described for Scoop and winget, with the right checksums", { skip: targets.includes("windows-x64") ? false : is_complete }, () => {
    const scoop = text(`${folder}/scoop.json`);
    assert.deepEqual(faults(scoop_schema, JSON.parse(scoop)), []);
    assert.deepEqual(named(scoop, /"url": "(\S+)",\s+"hash": "(\w+)"/g), archives("windows-x64"));
    const names = readdirSync(`${root}/packaging/winget`);
    assert.equal(names.length, 3);
    const documents = names.map((name) => parse(text(`${folder}/${name}`)));
    for (const document of documents) {
      assert.deepEqual(faults(winget_schemas[document.ManifestType], document), []);
      assert.deepEqual([document.PackageIdentifier, document.PackageVersion], [documents[0].PackageIdentifier, cmake_version()]);
    }
    const installer = documents.find(({ ManifestType }) => ManifestType === "installer");
    const [{ InstallerUrl, InstallerSha256 }] = installer.Installers;
    assert.deepEqual(named(`${InstallerUrl} ${InstallerSha256}`, /(\S+) (\w+)/g), archives("windows-x64"));
    const inside = run("unzip", "-Z1", archive("windows-x64")).split("\n");
    assert.ok(inside.includes(installer.NestedInstallerFiles[0].RelativeFilePath.replaceAll("\\", "/")));
    assert.ok(inside.includes(`${JSON.parse(scoop).architecture["64bit"].extract_dir}/${JSON.parse(scoop).bin}`));
  });
});

// The templates, whatever was built here.
test("the formula is Ruby, and the scripts that start a program are what shellcheck takes", () => {
  run("ruby", "-c", `${root}/packaging/homebrew/aic-mcp-server.rb`);
  run("shellcheck", "--shell=sh", `${root}/packaging/mcpb/start.sh`);
});

function faults(schema, value) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  return ajv.validate(schema, value) ? [] : ajv.errors;
}

const words = (maxLength) => ({ type: "string", minLength: 1, maxLength });
const of = (required, properties, more = {}) => ({ type: "object", required, properties, additionalProperties: false, ...more });

// Of our own making, after the registry's published schema of 2025-12-11 and its documented requirements, for the members
// that we use: no npm package carries the published one.
const environment = { type: "array", items: of(["name", "description"], {
  name: { type: "string", pattern: "^[A-Z_]+$" }, description: words(1000), isRequired: { type: "boolean" },
  format: { enum: ["string", "number", "boolean", "filepath"] }, choices: { type: "array", minItems: 1, items: words(100) },
  default: words(100), placeholder: words(200),
}) };
const transport = of(["type"], { type: { const: "stdio" } });
const registry_schema = of(["$schema", "name", "description", "version", "packages"], {
  $schema: { const: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json" },
  name: { ...words(200), pattern: "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$" },
  title: words(100), description: words(100), version: { ...words(255), pattern: "^\\d+\\.\\d+\\.\\d+$" },
  packages: { type: "array", minItems: 1, items: { oneOf: [
    of(["registryType", "identifier", "version", "transport"], {
      registryType: { const: "npm" }, registryBaseUrl: { const: "https://registry.npmjs.org" },
      identifier: { type: "string", pattern: "^(@[a-z0-9-]+/)?[a-z0-9.-]+$" }, version: { ...words(255), pattern: "^\\d+\\.\\d+\\.\\d+$" },
      runtimeHint: { const: "npx" }, transport, environmentVariables: environment,
    }),
    of(["registryType", "identifier", "transport"], {
      registryType: { const: "oci" }, identifier: { type: "string", pattern: "^[a-z0-9.-]+(/[a-z0-9._-]+)+:[\\w.-]+$" },
      runtimeHint: { const: "docker" }, transport, environmentVariables: environment,
      runtimeArguments: { type: "array", items: { oneOf: [
        of(["type", "value"], { type: { const: "positional" }, value: words(100) }),
        of(["type", "name"], { type: { const: "named" }, name: { type: "string", pattern: "^--?[a-z-]+$" }, value: words(100) }),
      ] } },
    }),
    of(["registryType", "identifier", "fileSha256", "transport"], {
      registryType: { const: "mcpb" }, identifier: { type: "string", format: "uri", pattern: "^https://.*mcp.*" }, version: words(255),
      fileSha256: { type: "string", pattern: "^[a-f0-9]{64}$", not: { pattern: "^0+$" } }, transport, environmentVariables: environment,
    }),
  ] } },
});

// Of our own making, after the catalog's contribution guide.
const catalog_schema = of(["name", "image", "type", "meta", "about", "source", "config"], {
  name: { type: "string", pattern: "^[a-z0-9-]+$" }, image: { type: "string", pattern: "^[a-z0-9./-]+$" }, type: { const: "server" },
  meta: of(["category", "tags"], { category: { const: "devops" }, tags: { type: "array", minItems: 1, items: words(40) } }),
  about: of(["title", "description", "icon"], { title: words(100), description: words(500), icon: { type: "string", format: "uri" } }),
  source: of(["project", "commit"], { project: { type: "string", format: "uri" }, commit: { type: "string", pattern: "^[a-f0-9]{40}$" } }),
  config: of(["description", "env", "parameters"], {
    description: words(300),
    env: { type: "array", items: of(["name", "example", "value"], { name: { type: "string", pattern: "^[A-Z_]+$" }, example: words(200), value: words(100) }) },
    parameters: of(["type", "properties", "required"], { type: { const: "object" }, properties: { type: "object" }, required: { type: "array" } }),
  }),
});

// Of our own making, after Scoop's published schema, for the members that we use.
const uri = { type: "string", format: "uri" };
const scoop_schema = of(["version", "description", "homepage", "license", "architecture", "bin"], {
  version: { type: "string", pattern: "^[\\w.+-]+$" }, description: words(200), homepage: uri, license: { const: "Apache-2.0" },
  architecture: of(["64bit"], { "64bit": of(["url", "hash", "extract_dir"], {
    url: { ...uri, not: { pattern: "\\$" } }, hash: { type: "string", pattern: "^[a-fA-F0-9]{64}$" }, extract_dir: words(100),
  }) }),
  bin: words(100),
});

// The same after winget's schemas of version 1.10.0.
const package_part = '[^\\.\\s\\\\/:\\*\\?"<>\\|\\x01-\\x1f]{1,32}';
const winget = (type, required, properties) => of(["PackageIdentifier", "PackageVersion", "ManifestType", "ManifestVersion", ...required], {
  PackageIdentifier: { ...words(128), pattern: `^${package_part}(\\.${package_part}){1,7}$` },
  PackageVersion: { ...words(128), pattern: '^[^\\\\/:\\*\\?"<>\\|\\x01-\\x1f]+$' },
  ManifestType: { const: type }, ManifestVersion: { const: "1.10.0" }, ...properties,
});
const locale = { ...words(20), pattern: "^([a-zA-Z]{2,3}|[iI]-[a-zA-Z]+|[xX]-[a-zA-Z]{1,8})(-[a-zA-Z]{1,8})*$" };
const web = { ...words(2048), pattern: "^([Hh][Tt][Tt][Pp][Ss]?)://.+$" };
const winget_schemas = {
  version: winget("version", ["DefaultLocale"], { DefaultLocale: locale }),
  installer: winget("installer", ["Installers", "InstallerType", "NestedInstallerType", "NestedInstallerFiles"], {
    MinimumOSVersion: { type: "string", pattern: "^\\d+(\\.\\d+){0,3}$" },
    InstallerType: { const: "zip" }, NestedInstallerType: { const: "portable" },
    NestedInstallerFiles: { type: "array", minItems: 1, items: of(["RelativeFilePath"], { RelativeFilePath: words(512), PortableCommandAlias: words(40) }) },
    Commands: { type: "array", maxItems: 16, uniqueItems: true, items: words(40) },
    Installers: { type: "array", minItems: 1, items: of(["Architecture", "InstallerUrl", "InstallerSha256"], {
      Architecture: { enum: ["x86", "x64", "arm", "arm64", "neutral"] }, InstallerUrl: web, InstallerSha256: { type: "string", pattern: "^[A-Fa-f0-9]{64}$" },
    }) },
  }),
  defaultLocale: winget("defaultLocale", ["PackageLocale", "Publisher", "PackageName", "License", "ShortDescription"], {
    PackageLocale: locale, Publisher: words(256), PackageName: words(256), PackageUrl: web, License: words(512), ShortDescription: words(256),
    Moniker: words(40), Tags: { type: "array", maxItems: 16, uniqueItems: true, items: words(40) },
  }),
};
