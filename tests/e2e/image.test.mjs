// The container image as a person runs it (docs/container.md). Built by ./dev image.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { Container, image_config, image_description, index_archive, no_image, no_other_image, other_architecture, own_architecture } from "./support/image.mjs";
import { here } from "./support/paths.mjs";
import { parts, RawServer } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";
import { describe, test } from "./support/suite.mjs";

const users = { objectType: "alpha_user", pageSize: 1 };
const patient = { progressToken: "sign-in" };
const token_path = "/am/oauth2/access_token";
const login_token = "login-token-that-must-be-in-no-file-4b1f9c";
const scoped_token = "scoped-token-that-must-be-in-no-file-77e0a2";

const is_question = (message) => message.method === "elicitation/create";
const ok = ({ result }) => assert.ok(!result.isError, result.content[0].text);

function approve(sandbox, address) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [`${here}/support/opener.mjs`, "--ca", sandbox.caFile, "--user", sandbox.user,
      "--password", sandbox.password, address], (error) => (error ? reject(error) : resolve()));
  });
}

// The tenant's next answers are made up, so that the test knows the tokens.
async function give_known_tokens(sandbox) {
  const answer = (what, body) => sandbox.fault({ method: "POST", path: token_path, bodyContains: what, count: 1, status: 200, body });
  await answer("device_code", { access_token: login_token, token_type: "Bearer", expires_in: 600 });
  await answer("token-exchange", { access_token: scoped_token, token_type: "Bearer", expires_in: 600 });
  await sandbox.fault({ path: "/openidm/managed", count: 1, status: 200, body: { result: [{ _id: "a" }], resultCount: 1 } });
}

function* files_below(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}

// What a process has mapped, and what can be read about it.
function files_of(process_id) {
  const mapped = readdirSync(`/proc/${process_id}/map_files`).map((name) => `/proc/${process_id}/map_files/${name}`)
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  assert.ok(mapped.length >= 4, `${mapped}`);
  return ["environ", "cmdline"].map((name) => `/proc/${process_id}/${name}`).concat(mapped);
}

const those_with = (texts, paths) => [...paths].filter((path) => {
  const bytes = readFileSync(path);
  return texts.some((text) => bytes.includes(text));
});
const tool_names = async (server) => (await server.request("tools/list", {})).result.tools.map(({ name }) => name);

const status_of = (process_id) =>
  Object.fromEntries(readFileSync(`/proc/${process_id}/status`, "utf8").split("\n").map((line) => line.split(/:\s*/)));

// How its root file system is mounted (proc_pid_mountinfo(5)).
const root_options_of = (process_id) => readFileSync(`/proc/${process_id}/mountinfo`, "utf8").split("\n")
  .map((line) => line.split(" ")).findLast(([, , , , place]) => place === "/")[5].split(",");

describe("the container image", { skip: no_image() }, () => {
  test("holds a program, its libraries, certificates and licence texts, and not much of it", () => {
    const container = new Container();
    try {
      const files = [...files_below(container.folder)].map((path) => path.slice(container.folder.length));
      const expected = /^\/(usr\/bin\/aic-mcp-server|lib(64)?\/.*\.so\.\d+|etc\/[a-z.]+|etc\/ssl\/certs\/ca-certificates\.crt|usr\/share\/doc\/aic-mcp-server\/.*)$/;
      assert.deepEqual(files.filter((path) => !expected.test(path)), []);
      const bytes = files.reduce((sum, path) => sum + statSync(container.folder + path).size, 0);
      assert.ok(bytes <= 40e6, `${bytes} bytes`);
      assert.deepEqual(files.filter((path) => statSync(container.folder + path).mode & 0o6022), []);
    } finally {
      container.remove();
    }
  });

  test("is labelled, runs as an ordinary user and in container mode", () => {
    const { User, Env, Entrypoint, Labels } = image_config();
    assert.equal(User, "65532:65532");
    assert.ok(Env.includes("DOCKER_CONTAINER=true"));
    assert.deepEqual(Entrypoint, ["/usr/bin/aic-mcp-server"]);
    for (const name of ["title", "description", "version", "revision", "licenses"]) {
      assert.ok(Labels[`org.opencontainers.image.${name}`], name);
    }
    assert.match(Labels["io.modelcontextprotocol.server.name"], /^[a-z0-9.-]+\/[a-z0-9.-]+$/);
  });

  for (const [how, start, is_hardened] of [
    ["in a container of buildah", (container, ...more) => container.run(...more), false],
    ["with a read-only root, without capabilities and new privileges", (container, ...more) => container.run_hardened(...more), true],
  ]) {
    test(`${how}: signs in by device code, keeps the token out of every file, asks again after a restart`, async () => {
      const sandbox = await Sandbox.start("--device-interval", "1");
      const container = new Container();
      const servers = [];
      const started = async () => {
        servers.push(start(container, sandbox, { AIC_LOG_LEVEL: "debug" }));
        await servers.at(-1).initialize({ capabilities: { elicitation: { url: {} } } });
        return servers.at(-1);
      };
      try {
        const first = await started();
        await give_known_tokens(sandbox);
        ok(await first.call("queryManagedObjects", users, patient));
        const files = [...files_of(first.process_id), ...files_below(container.folder)];
        assert.deepEqual(those_with([login_token, scoped_token], files), []);
        assert.ok(those_with(["aic:x:65532"], files).length > 0, "the search finds what is there");
        await first.says(/process: memory dumps off, token pages locked in memory\n/);
        assert.ok(!first.stderr.includes(login_token) && !first.stderr.includes(scoped_token));

        const status = status_of(first.process_id);
        assert.equal(status.NoNewPrivs, is_hardened ? "1" : "0");
        assert.equal(root_options_of(first.process_id).includes("ro"), is_hardened);
        assert.equal(status.Uid, "65532\t65532\t65532\t65532");
        assert.equal(BigInt(`0x${status.CapEff}`) | BigInt(`0x${status.CapPrm}`), 0n);
        assert.deepEqual(await first.close(), { code: 0, signal: null });
        assert.deepEqual(those_with([login_token, scoped_token], files_below(container.folder)), []);

        const second = await started();
        const called = second.call("queryManagedObjects", users, patient);
        const { params } = await second.message(is_question);
        await approve(sandbox, params.url);
        ok(await called);
        assert.equal(parts((await called).result).json.result.length, 1);
        servers.push(RawServer.start(sandbox.environment()));
        await servers.at(-1).initialize();
        assert.deepEqual(await tool_names(second), await tool_names(servers.at(-1)));
      } finally {
        for (const server of servers) await server.kill();
        container.remove();
        await sandbox.stop();
      }
    });
  }
});

// Emulated: that the files of the image are enough, and that the program works with them.
describe("the container image for the other architecture", { skip: no_other_image() }, () => {
  const tag = other_architecture;

  test("differs from this machine's in the program and its libraries only", () => {
    const [own, other] = ["latest", tag].map((each) => new Container(each));
    try {
      const names = (container) => [...files_below(container.folder)].map((path) => path.slice(container.folder.length));
      const expected = /^\/(qemu|usr\/bin\/aic-mcp-server|lib(64)?\/.*\.so\.\d+|etc\/[a-z.]+|etc\/ssl\/certs\/ca-certificates\.crt|usr\/share\/doc\/aic-mcp-server\/.*)$/;
      assert.deepEqual(names(other).filter((path) => !expected.test(path)), []);
      const settings = (container) => names(container).filter((path) => path.startsWith("/etc/"));
      assert.deepEqual(settings(other).sort(), settings(own).sort());
      assert.match(readFileSync(`${other.folder}/usr/share/doc/aic-mcp-server/NOTICE`, "utf8"), /\nlibc6 2\.\S+ .*\nca-certificates 20\d+/);
      assert.deepEqual(image_config(tag), image_config());
      assert.deepEqual([image_description(tag).architecture, image_description().architecture], [other_architecture, own_architecture]);
    } finally {
      own.remove();
      other.remove();
    }
  });

  test("is one image with this machine's in the index", () => {
    const read = (digest) => JSON.parse(execFileSync("tar", ["-xOf", index_archive, digest], { encoding: "utf8" }));
    const blob = (digest) => read(`blobs/${digest.replace(":", "/")}`);
    const { manifests } = blob(read("index.json").manifests[0].digest);
    assert.deepEqual(manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`).sort(), ["linux/amd64", "linux/arm64"]);
    for (const { digest, platform } of manifests) {
      const { architecture, config } = blob(blob(digest).config.digest);
      assert.equal(architecture, platform.architecture);
      assert.deepEqual(config.Entrypoint, ["/usr/bin/aic-mcp-server"]);
    }
  });

  test("says its version, answers a client, and signs in by device code", { timeout: 120_000 }, async () => {
    const sandbox = await Sandbox.start("--device-interval", "1");
    const container = new Container(tag);
    let server;
    try {
      server = container.run_hardened(sandbox, {});
      const { serverInfo } = await server.initialize({ capabilities: { elicitation: { url: {} } } });
      assert.equal(serverInfo.version, image_config(tag).Labels["org.opencontainers.image.version"]);
      assert.ok((await tool_names(server)).includes("queryManagedObjects"));
      const called = server.call("queryManagedObjects", users, patient);
      const { params } = await server.message(is_question);
      await approve(sandbox, params.url);
      ok(await called);
      assert.equal(parts((await called).result).json.result.length, 1);
      assert.deepEqual(await server.close(), { code: 0, signal: null });
    } finally {
      await server?.kill();
      container.remove();
      await sandbox.stop();
    }
  });
});
