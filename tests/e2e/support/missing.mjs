// What this machine does not give the tests: in a plain container, to an ordinary user, without user namespaces. Each is the
// reason to skip, or false: for the option `skip` of a test or suite.
import { existsSync, readFileSync } from "node:fs";

// Set by scripts/own_network.sh.
const holder = process.env.AIC_REDIRECT_PORT_HELD_BY;
export const redirect_port = holder ? `port 3000, which the sign-in by browser needs, is in use by ${holder}` : false;

// Ubuntu's apt has none.
export const chromium = existsSync("/usr/bin/chromium") ? false : "needs /usr/bin/chromium, a real browser";

const effective = BigInt(`0x${/^CapEff:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1]}`);
const without = (bit, what) => (effective & (1n << bit) ? false : what);

export const look_into_processes = without(19n, "needs CAP_SYS_PTRACE, to look into the server's process, which allows it to nobody else");
export const other_roots = without(18n, "needs CAP_SYS_CHROOT, to start a program under another root");
export const mounts = without(21n, "needs CAP_SYS_ADMIN, to mount file systems");
