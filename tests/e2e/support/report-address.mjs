// An opener that only writes the address down: node report-address.mjs FILE ADDRESS
import { writeFileSync, renameSync } from "node:fs";

const [file, address] = process.argv.slice(2);
writeFileSync(`${file}.part`, address);
renameSync(`${file}.part`, file);
