// The packages of ./dev package: complete, described as their catalogs want it, and running where there is only a C library.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
const file = (ending) => join(folder, readdirSync(folder).find((name) => name.endsWith(ending)));
const cmake_version = () => /project\(aic-mcp-server VERSION (\S+)/.exec(text(`${root}/CMakeLists.txt`))[1];

const libraries = ["Boost", "CLI11", "OpenSSL", "fmt", "libcurl", "libgcc", "nghttp2", "nlohmann-json", "spdlog", "zlib"];

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
    run("tar", "-xzf", file(".tar.gz"), "-C", unpacked, "--strip-components=1", "--one-top-level=tarball");
    run("dpkg-deb", "-x", file(".deb"), `${unpacked}/deb`);
    run(process.execPath, `${mcpb}/dist/cli/cli.js`, "unpack", file(".mcpb"), `${unpacked}/bundle`);
  });
  after(() => rmSync(unpacked, { recursive: true, force: true }));

  test("have the checksums that stand beside them", () => {
    assert.equal(execFileSync("sha256sum", ["--check", "--quiet", "--strict", "SHA256SUMS"], { cwd: folder, encoding: "utf8" }), "");
    assert.equal(text(`${folder}/SHA256SUMS`).trim().split("\n").length, readdirSync(folder).length - 1);
  });

  test("hold the same program, the licence texts of all that is linked in, and the list of it", () => {
    const programs = ["tarball/aic-mcp-server", "deb/usr/bin/aic-mcp-server", "bundle/server/aic-mcp-server"].map((path) => join(unpacked, path));
    for (const path of programs) assert.ok(readFileSync(path).equals(readFileSync(programs[0])) && statSync(path).mode & 0o100, path);
    for (const at of ["tarball", "deb/usr/share/doc/aic-mcp-server", "bundle/licences"]) {
      const licences = join(unpacked, at);
      assert.match(text(`${licences}/LICENSE`), /Apache License/);
      for (const name of libraries) assert.ok(statSync(`${licences}/third-party/${name}.txt`).size > 500, name);
      assert.match(text(`${licences}/third-party/GPL-3.txt`), /Version 3, 29 June 2007/);
      assert.equal(text(`${licences}/sbom.cdx.json`), text(`${folder}/sbom.cdx.json`));
    }
  });

  test("have a parts list that CycloneDX's own validator takes", async () => {
    const bom = text(`${folder}/sbom.cdx.json`);
    assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bom), null);
    const { components, metadata } = JSON.parse(bom);
    assert.deepEqual(libraries.filter((name) => !components.some((part) => part.name === name && part.version && part.licenses)), []);
    assert.equal(metadata.component.version, cmake_version());
  });

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

  test("ask for a C library that the Debian package's dependency covers", () => {
    const versions = [...run("objdump", "-T", `${unpacked}/tarball/aic-mcp-server`).matchAll(/GLIBC_([\d.]+)/g)].map(([, version]) => version);
    const highest = versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
    const here = process.report.getReport().header.glibcVersionRuntime;  // 2.36 in Debian 12
    assert.ok(highest.localeCompare(here, "en", { numeric: true }) <= 0, `${highest}, but ${here} here`);
    assert.equal(run("dpkg-deb", "-f", file(".deb"), "Depends").trim(), `libc6 (>= ${highest})`);
  });

  test("have a bundle whose manifest is valid by the format's own schema, and by its own packer", () => {
    const manifest = JSON.parse(text(`${unpacked}/bundle/manifest.json`));
    const schema = JSON.parse(text(`${mcpb}/dist/mcpb-manifest-v${manifest.manifest_version}.schema.json`));
    assert.deepEqual(faults(schema, manifest), []);
    assert.notDeepEqual(faults(schema, { ...manifest, server: { ...manifest.server, mcp_config: {} } }), []);
    run(process.execPath, `${mcpb}/dist/cli/cli.js`, "validate", `${unpacked}/bundle/manifest.json`);
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
      for (const name of ["aic-mcp-server", "start.sh"]) chmodSync(`${at}/server/${name}`, mode);
      const server = start_bundle(at);
      try {
        assert.equal((await server.initialize()).serverInfo.version, cmake_version());
        assert.deepEqual(await server.close(), { code: 0, signal: null });
        assert.equal(server.stderr, "");
      } finally {
        await server.kill();
        chmodSync(`${at}/server/aic-mcp-server`, 0o755);
      }
    });
  }

  test("start from a bundle that may not be changed, without the executable bit", async () => {
    const at = `${unpacked}/bundle`;
    chmodSync(`${at}/server/aic-mcp-server`, 0o644);
    // A chmod that refuses stands for a file of somebody else.
    writeFileSync(`${unpacked}/chmod`, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const server = start_bundle(at, `${unpacked}:/usr/bin:/bin`);
    try {
      assert.equal((await server.initialize()).serverInfo.version, cmake_version());
      assert.deepEqual(await server.close(), { code: 0, signal: null });
    } finally {
      await server.kill();
      chmodSync(`${at}/server/aic-mcp-server`, 0o755);
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
    const help = run(`${unpacked}/bundle/server/aic-mcp-server`, "--help");
    for (const name of Object.keys(env)) assert.ok(help.includes(name), name);
    assert.equal(execFileSync(`${unpacked}/bundle/server/aic-mcp-server`, { env, input: "" }).length, 0);
  });

  test("are described for the MCP registry by its rules", () => {
    const server = JSON.parse(text(`${folder}/server.json`));
    assert.deepEqual(faults(registry_schema, server), []);
    // The published schema itself, where there is a copy of it.
    const published = process.env.AIC_MCP_REGISTRY_SCHEMA;
    if (published) assert.deepEqual(faults(JSON.parse(text(published)), server), []);
    assert.equal(server.version, cmake_version());
    const bundle = server.packages.find(({ registryType }) => registryType === "mcpb");
    assert.equal(bundle.fileSha256, run("sha256sum", file(".mcpb")).slice(0, 64));
    assert.ok(bundle.identifier.endsWith(file(".mcpb").split("/").at(-1)));
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
