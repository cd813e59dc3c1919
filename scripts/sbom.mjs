// sbom.mjs VERSION BINARY: prints what the binary is made of as CycloneDX 1.6, from the lines of scripts/third_party.sh on stdin.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [version, binary] = process.argv.slice(2);
const lines = readFileSync(0, "utf8").trim().split("\n");

const components = lines.map((line) => {
  const [name, version, licence, purl] = line.split("|");
  // An exception makes it an expression, for which CycloneDX has another member than for one licence.
  const licences = licence.includes(" ") ? [{ expression: licence }] : [{ license: { id: licence } }];
  return { type: "library", "bom-ref": purl, name, version, licenses: licences, purl };
});
const root = `pkg:generic/aic-mcp-server@${version}`;
const sum = createHash("sha256").update(readFileSync(binary)).digest("hex");

process.stdout.write(JSON.stringify({
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      type: "application", "bom-ref": root, name: "aic-mcp-server", version, purl: root,
      hashes: [{ alg: "SHA-256", content: sum }], licenses: [{ license: { id: "Apache-2.0" } }],
    },
  },
  components,
  dependencies: [{ ref: root, dependsOn: components.map((component) => component["bom-ref"]) }],
}, null, 2) + "\n");
