// A package registry on this machine that has exactly the given tarballs, so that npm resolves them as people's npm does.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

export class Registry {
  static async start(tarballs) {
    const server = createServer((request, response) => registry.#answer(request, response));
    const registry = new Registry(server, tarballs);
    await once(server.listen(0, "127.0.0.1"), "listening");
    registry.url = `http://127.0.0.1:${server.address().port}`;
    return registry;
  }

  constructor(server, tarballs) {
    this.server = server;
    this.packages = tarballs.map((path) => ({
      path, file: basename(path),
      description: JSON.parse(execFileSync("tar", ["-xzOf", path, "package/package.json"], { encoding: "utf8" })),
    }));
  }

  #answer({ url }, response) {
    const tarball = this.packages.find(({ file }) => url === `/tarballs/${file}`);
    if (tarball) return response.end(readFileSync(tarball.path));
    const found = this.packages.find(({ description }) => url === `/${description.name}`);
    if (!found) return response.writeHead(404).end("{}");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(this.#document(found)));
  }

  #document({ path, file, description }) {
    const { name, version } = description;
    const integrity = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
    const dist = { tarball: `${this.url}/tarballs/${file}`, integrity };
    return { name, "dist-tags": { latest: version }, versions: { [version]: { ...description, dist } } };
  }

  async stop() {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }
}
