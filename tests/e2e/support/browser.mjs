// Real Chromium with a throw-away profile that accepts exactly the sandbox's key.
import { mkdtempSync, rmSync, existsSync, readFileSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { chromium } from "playwright-core";

import { here } from "./paths.mjs";

export async function open_browser(sandbox) {
  const profile = mkdtempSync(join(tmpdir(), "aic-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", `--ignore-certificate-errors-spki-list=${sandbox.spkiSha256}`],
  });
  return {
    page: await context.newPage(),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// An opener for the server that hands the address to the test, and the promise of that address.
export function reported_address() {
  const file = join(mkdtempSync(join(tmpdir(), "aic-address-")), "address");
  const address = new Promise((resolve) => {
    const watcher = watch(dirname(file), (_, name) => {
      if (name !== basename(file) || !existsSync(file)) return;
      watcher.close();
      const text = readFileSync(file, "utf8");
      rmSync(dirname(file), { recursive: true, force: true });
      resolve(text);
    });
    watcher.unref();
  });
  return { opener: `'${process.execPath}' '${here}/support/report-address.mjs' '${file}' %s`, address };
}

// What a person does on the sandbox's pages.
export async function sign_in(page, sandbox, decision = "allow") {
  await page.fill("input[name=username]", sandbox.user);
  await page.fill("input[name=password]", sandbox.password);
  await page.click("form button[type=submit], form button:not([type])");
  await page.click(`button[name=decision][value=${decision}]`);
}
