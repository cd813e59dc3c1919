#!/usr/bin/env node
// Starts the program out of the package of this platform, with this process's own stdin, stdout and stderr, and ends as it
// ends. It speaks no MCP and reads nothing of what passes.
"use strict";

const { spawn } = require("node:child_process");
const { existsSync, writeSync } = require("node:fs");
const { constants } = require("node:os");
const { dirname, join } = require("node:path");

const { name, version, homepage, bin, config, optionalDependencies } = require("./package.json");

const [command] = Object.keys(bin);
const platform = `${process.platform}-${process.arch}`;
const platform_package = `${name}-${platform}`;

function fail(...lines) {
  writeSync(2, lines.map((line) => `${command}: ${line}\n`).join(""));
  process.exit(1);
}

// Only a package that this one names: any other of a fitting name would be somebody else's.
function installed_program() {
  if (!(platform_package in optionalDependencies)) return undefined;
  try {
    const folder = dirname(require.resolve(`${platform_package}/package.json`));
    return join(folder, process.platform === "win32" ? `${command}.exe` : command);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

// Node names the C library in its report only where it is glibc. Asked for after a failure alone: a report takes time.
function has_glibc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}

function explain_missing() {
  if (!(platform_package in optionalDependencies)) {
    const known = Object.keys(optionalDependencies).map((other) => other.slice(name.length + 1)).join(", ");
    fail(`there is no program for ${platform} in version ${version}, only for ${known}.`, `To build it yourself: ${homepage}`);
  }
  if (process.platform === "linux" && !has_glibc()) explain_c_library();
  fail(
    `the package ${platform_package}, which holds the program, is not installed.`,
    "npm leaves it out with --no-optional or --omit=optional, and where node_modules was copied from another system.",
    `Install both packages of version ${version} again, from where this one came, with --include=optional.`,
  );
}

function explain_c_library() {
  fail(
    `the program needs glibc ${config.glibc} or later. This system has another C library, such as Alpine's musl.`,
    `Use a system with glibc, or the container image: ${homepage}`,
  );
}

function explain_start(error, program) {
  // The file is there, but the loader that it names is not.
  if (error.code === "ENOENT" && existsSync(program)) explain_c_library();
  fail(`could not start ${program}: ${error.message}`, `Install both packages of version ${version} again, from where this one came.`);
}

// On Windows the console tells both processes; here a client may know only this one. A terminal's Ctrl+C reaches the program
// twice, which it takes as once. Before the program starts: it may have answered, and be told to end, before this process
// gets to run again.
function forward_signals(to_child) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (process.platform !== "win32") to_child(signal);
    });
  }
}

function end_like(code, signal) {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Only for signals that this process ignores or that arrive late: what a shell would report.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}

const program = installed_program();
if (program === undefined) explain_missing();

forward_signals((signal) => child.kill(signal));
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => explain_start(error, program));
child.on("exit", end_like);
