import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(dirname(here));
export const binaries = process.env.AIC_BINARIES ?? `${root}/build/release`;
