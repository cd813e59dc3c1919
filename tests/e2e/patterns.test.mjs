// The patterns of all tools compile, and mean the same, in the engines that clients use: ECMAScript with `u`, RE2, Go,
// Rust (R-OFF-04). That they keep to a grammar which all of them read is tests/tools/catalog_test.cpp's business.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "./support/paths.mjs";

const snapshots = `${root}/tests/snapshots/tools`;

function* patterns_in(schema) {
  if (schema === null || typeof schema !== "object") return;
  if (typeof schema.pattern === "string") yield schema.pattern;
  for (const part of Object.values(schema)) yield* patterns_in(part);
}

const schemas = readdirSync(snapshots).map((file) => JSON.parse(readFileSync(join(snapshots, file), "utf8")).inputSchema);
const patterns = [...new Set(schemas.flatMap((schema) => [...patterns_in(schema)]))];

const texts = [
  "", "a", "a-1", "A_b.c", "a b", " ", "..", ".a", "a/b", "/a/b~1c", "/a~2", "a\\b", "a\nb", "é😀", "*", "\"1\"", "custom_x",
  "esv-mail-host", "https://app.example:8443", "https://[::1]", "GET", "x|y", "-15m", "2026-01-31T08:15:30Z", "am/2fa/profiles",
  "123e4567-e89b-42d3-a456-426614174000", "\u2028", "a\u0000",
];
const expected = patterns.map((pattern) => texts.map((text) => new RegExp(pattern, "u").test(text)));
const missing = (program) => (spawnSync(program, ["--version"]).error ? `${program} is not installed` : false);

test("there are patterns, and each takes some of the texts and refuses others", () => {
  assert.ok(patterns.length > 8, `${patterns.length} patterns`);
  for (const [i, row] of expected.entries()) assert.ok(row.includes(true) && row.includes(false), patterns[i]);
});

test("RE2 reads them alike", async () => {
  const { RE2 } = await import("re2-wasm");
  const found = patterns.map((pattern) => texts.map((text) => new RE2(pattern, "u").test(text)));
  assert.deepEqual(found, expected);
});

test("Rust's regex crate reads them", { skip: missing("rg") }, () => {
  for (const pattern of patterns) {
    const found = spawnSync("rg", ["--quiet", "--regexp", pattern], { input: "x" });
    assert.ok(found.status < 2, `${pattern}: ${found.stderr}`);
  }
});

const go_program = `package main

import (
	"encoding/json"
	"os"
	"regexp"
)

func main() {
	var input struct{ Patterns, Texts []string }
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		panic(err)
	}
	found := [][]bool{}
	for _, pattern := range input.Patterns {
		row := []bool{}
		for _, text := range input.Texts {
			row = append(row, regexp.MustCompile(pattern).MatchString(text))
		}
		found = append(found, row)
	}
	json.NewEncoder(os.Stdout).Encode(found)
}
`;

test("Go reads them alike", { skip: spawnSync("go", ["version"]).error ? "go is not installed" : false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "aic-patterns-"));
  try {
    writeFileSync(join(folder, "main.go"), go_program);
    const ran = spawnSync("go", ["run", "main.go"], {
      cwd: folder, encoding: "utf8", input: JSON.stringify({ patterns, texts }), env: { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off" },
    });
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(JSON.parse(ran.stdout), expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
