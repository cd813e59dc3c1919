// manifest.mjs MANIFEST TARGET…: prints the manifest for a bundle with the programs of these targets only.
import { readFileSync } from "node:fs";

const [path, ...targets] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(path, "utf8"));
const names = { linux: "linux", macos: "darwin", windows: "win32" };
const platforms = [...new Set(targets.map((target) => names[target.split("-")[0]]))];
const { mcp_config } = manifest.server;

manifest.compatibility.platforms = manifest.compatibility.platforms.filter((platform) => platforms.includes(platform));
for (const platform of Object.keys(mcp_config.platform_overrides)) {
  if (!platforms.includes(platform)) delete mcp_config.platform_overrides[platform];
}
if (Object.keys(mcp_config.platform_overrides).length === 0) delete mcp_config.platform_overrides;
process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
