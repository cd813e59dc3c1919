// Resources, prompts and completion of the product, by the official clients.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { generations } from "./support/clients.mjs";
import { redirect_port } from "./support/missing.mjs";
import { parts } from "./support/raw.mjs";
import { Sandbox } from "./support/sandbox.mjs";

const journey = { type: "ref/resource", uri: "aic://{realm}/journeys/{name}" };

for (const [generation, start] of Object.entries(generations)) {
  describe(`resources, prompts and completion for ${generation}`, () => {
    let sandbox;
    let client;
    before(async () => {
      sandbox = await Sandbox.start();
      client = await start(sandbox.environment());
    });
    after(async () => {
      await client.close();
      await sandbox.stop();
    });

    const complete = async (reference, name, value, filled = {}) =>
      (await client.complete({ ref: reference, argument: { name, value }, context: { arguments: filled } })).completion.values;

    test("only the skills are listed before somebody is signed in", async () => {
      const before = (await client.listResources()).resources;
      assert.ok(before.every(({ uri }) => uri.startsWith("skill://")), JSON.stringify(before));
      const skill = await client.readResource({ uri: before[0].uri });
      assert.match(skill.contents[0].text, /^---\nname: investigate-login\n/);
    });

    test("typing signs nobody in", async () => {
      assert.deepEqual(await complete(journey, "realm", "b"), ["bravo"]);
      assert.deepEqual(await complete(journey, "name", "", { realm: "alpha" }), []);
    });

    test("what no template names is not found, without a sign-in", async () => {
      await assert.rejects(client.readResource({ uri: "aic://alpha/nothing/x" }), /not found/i);
      await assert.rejects(client.readResource({ uri: "aic://charlie/journeys/Login" }), /realm/);
    });

    test("a journey is read as getJourney reads it, after the sign-in that it needs", { skip: redirect_port }, async () => {
      const { resourceTemplates } = await client.listResourceTemplates();
      assert.ok(resourceTemplates.some(({ uriTemplate }) => uriTemplate === journey.uri));
      const { contents } = await client.readResource({ uri: "aic://alpha/journeys/Login" });
      const read = JSON.parse(contents[0].text);
      assert.equal(contents[0].mimeType, "application/json");
      assert.equal(read.name, "Login");
      const called = await client.callTool({ name: "getJourney", arguments: { realm: "alpha", journeyName: "Login" } });
      assert.deepEqual(read, parts(called).json);
    });

    test("what uses a thing is found with its place, over HTTPS", { skip: redirect_port }, async () => {
      const find = async (kind, idOrName) =>
        parts(await client.callTool({ name: "findReferences", arguments: { realm: "alpha", kind, idOrName } })).json;
      const script = await find("script", "Country check");
      assert.equal(script.complete, true);
      assert.equal(script.count, 1);
      assert.equal(script.references[0].journey, "Onboarding");
      assert.equal(script.references[0].node, "Country");
      const esv = await find("esv", "esv-shop-url");
      assert.equal(esv.complete, true);
      assert.deepEqual(esv.references.map(({ realm, member }) => `${realm}: ${member}`).sort(),
        ["alpha: validGotoDestinations/1", "bravo: validGotoDestinations/1"]);
      assert.equal((await find("journey", "Nowhere")).exists, false);
    });

    test("the journeys are listed, and each can be read by the address in the list", { skip: redirect_port }, async () => {
      const { resources } = await client.listResources();
      const login = resources.find(({ name, uri }) => name === "Login" && uri.startsWith("aic://alpha/"));
      assert.equal(JSON.parse((await client.readResource({ uri: login.uri })).contents[0].text).name, "Login");
    });

    test("a journey that does not exist is not found", { skip: redirect_port }, async () => {
      const uri = "aic://alpha/journeys/No%20such";
      // The newer client has an error of its own for it, with the code of 2026-07-28.
      await assert.rejects(client.readResource({ uri }), (error) =>
        [-32002, -32602].includes(error.code) && error.data.uri === uri && /There is no journey "No such"/.test(error.message));
    });

    test("the tenant's names complete once somebody is signed in", { skip: redirect_port }, async () => {
      assert.ok((await complete(journey, "name", "log", { realm: "alpha" })).includes("Login"));
      const schema = { type: "ref/resource", uri: "aic://managed/{type}/schema" };
      assert.ok((await complete(schema, "type", "alpha_u")).includes("alpha_user"));
      const review = { type: "ref/prompt", name: "review-journey" };
      assert.ok((await complete(review, "journeyName", "Log", { realm: "alpha" })).includes("Login"));
    });

    test("every prompt can be had with its arguments filled in", async () => {
      const { prompts } = await client.listPrompts();
      assert.equal(prompts.length, 5);
      for (const prompt of prompts) {
        const filled = Object.fromEntries((prompt.arguments ?? []).map(({ name }) => [name, `<${name}>`]));
        const { messages } = await client.getPrompt({ name: prompt.name, arguments: filled });
        for (const value of Object.values(filled)) assert.ok(messages[0].content.text.includes(value), prompt.name);
        assert.ok(!/\{\w+\}/.test(messages[0].content.text), prompt.name);
      }
    });
  });
}
