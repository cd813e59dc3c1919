// One call of every tool against a fresh sandbox: the requests it makes, the token exchanges among them, the bytes it
// returns, and how long it takes. Tools that change something run in an order in which each finds what it needs; what
// they make they delete.
import { parts, RawServer } from "../tests/e2e/support/raw.mjs";
import { Sandbox } from "../tests/e2e/support/sandbox.mjs";

const realm = "alpha";
const result_of = (answer) => parts(answer.result).json;

// [tool, arguments]; a function gets the results so far, by tool.
const calls = [
  ["listManagedObjects", {}],
  ["getManagedObjectSchema", { objectType: "alpha_role" }],
  ["queryManagedObjects", { objectType: "alpha_user", pageSize: 10, fields: "userName,mail" }],
  ["createManagedObject", { objectType: "alpha_role", objectData: { name: "bench" } }],
  ["getManagedObject", (seen) => ({ objectType: "alpha_role", objectId: seen.createManagedObject.id })],
  ["patchManagedObject", (seen) => ({ objectType: "alpha_role", objectId: seen.createManagedObject.id,
    revision: seen.getManagedObject._rev, operations: [{ operation: "replace", field: "/description", value: "b" }] })],
  ["deleteManagedObject", (seen) => ({ objectType: "alpha_role", objectId: seen.createManagedObject.id })],
  ["createManagedObjectDefinition", { objectName: "bench", objectDefinition: { schema: { type: "object", properties: {
    name: { type: "string", title: "Name" } }, required: ["name"], order: ["name"] } } }],
  ["patchManagedObjectDefinition", { objectName: "bench",
    operations: [{ operation: "replace", field: "/schema/properties/name/title", value: "A name" }] }],
  ["deleteManagedObjectDefinition", { objectName: "bench" }],
  ["patchManagedObjectRelationship", { objectType: "alpha_user", propertyName: "custom_bench", action: "add",
    propertyDefinition: { type: "relationship", title: "Bench", resourceCollection: [{ path: "managed/alpha_role",
      label: "Role", query: { queryFilter: "true", fields: ["name"], sortKeys: ["name"] } }] } }],
  ["getLogSources", {}],
  ["queryLogs", { sources: ["am-access"], pageSize: 10 }],
  ["getThemeSchema", {}],
  ["getThemes", { realm }],
  ["createTheme", { realm, themeData: { name: "Bench" } }],
  ["getTheme", { realm, themeIdentifier: "Bench" }],
  ["updateTheme", { realm, themeIdentifier: "Bench", themeUpdates: { primaryColor: "#123456" } }],
  ["setDefaultTheme", { realm, themeIdentifier: "Bench" }],
  ["deleteTheme", { realm, themeIdentifier: "Bench" }, "refused"],
  ["queryESVs", { type: "variable", pageSize: 10 }],
  ["setVariable", { variableId: "esv-bench", type: "string", value: "1" }],
  ["getVariable", { variableId: "esv-bench" }],
  ["deleteVariable", { variableId: "esv-bench" }],
  ["listFeatures", {}],
  ["validateIdmFeature", { featureName: "groups" }],
  ["installIdmFeature", { featureName: "groups" }, "any"],
  ["enableAiAgent", {}],
  ["listJourneys", { realm }],
  ["getJourney", { realm, journeyName: "Onboarding" }],
  ["drawJourney", { realm, journeyName: "Onboarding" }],
  ["createJourney", { realm, journeyName: "Bench", journeyData: { entryNodeId: "start", nodes: { start: {
    nodeType: "UsernameCollectorNode", displayName: "User name", connections: { outcome: "success" }, config: {} } } } }],
  ["updateJourney", { realm, journeyName: "Bench", description: "b" }],
  ["updateJourneyNode", (seen) => ({ realm, nodeType: "UsernameCollectorNode",
    nodeId: Object.values(seen.createJourney.nodeIdMapping)[0], config: {} })],
  ["deleteJourneyNodes", (seen) => ({ realm, nodes: [{ nodeType: "UsernameCollectorNode",
    nodeId: Object.values(seen.createJourney.nodeIdMapping)[0] }] }), "any"],
  ["setDefaultJourney", { realm, journeyName: "Bench" }],
  ["deleteJourney", { realm, journeyName: "Bench" }, "refused"],
  ["getJourneyPreviewUrl", { realm, journeyName: "Onboarding" }],
  ["listNodeTypes", { realm }],
  ["getNodeTypeDetails", { realm, nodeTypes: ["PageNode", "UsernameCollectorNode"] }],
  ["getDynamicNodeOutcomes", { realm, nodeType: "ChoiceCollectorNode",
    config: { choices: ["a", "b"], defaultChoice: "a", prompt: {} } }],
  ["listScripts", { realm }],
  ["createScript", { realm, name: "bench", script: "outcome = 'true';" }],
  ["getAMScript", (seen) => ({ realm, scriptId: seen.createScript.id })],
  ["updateScript", (seen) => ({ realm, scriptId: seen.createScript.id, script: "outcome = 'false';" })],
  ["findReferences", (seen) => ({ realm, kind: "script", idOrName: seen.createScript.id })],
  ["deleteScript", (seen) => ({ realm, scriptId: seen.createScript.id })],
  ["getScriptedDecisionNodeBindings", { realm }],
  ["createCorsPolicy", { policyId: "bench", acceptedOrigins: ["https://bench.example"], acceptedMethods: ["GET"],
    acceptedHeaders: [], exposedHeaders: [], maxAge: 60, allowCredentials: false, enabled: true }],
  ["listCorsPolicies", {}],
  ["getCorsPolicy", { policyId: "bench" }],
  ["updateCorsPolicy", { policyId: "bench", maxAge: 90 }],
  ["deleteCorsPolicy", { policyId: "bench" }],
  ["getOidcAppSchema", { realm }],
  ["listOidcApps", { realm }],
  ["createOidcApp", (seen) => ({ realm, name: "bench", clientId: "bench",
    owners: [{ _ref: `managed/alpha_user/${seen.queryManagedObjects.result[0]._id}` }] })],
  ["getOidcApp", { realm, name: "bench" }],
  ["updateOidcApp", { realm, name: "bench", oauth2Client: { coreOAuth2ClientConfig: {
    clientName: { inherited: false, value: ["bench 2"] } } } }],
  ["deleteOidcApp", { realm, name: "bench" }],
  ["whoAmI", {}],
  ["previewChange", { tool: "setVariable", arguments: { variableId: "esv-bench", type: "string", value: "1" } }],
  ["listChanges", {}],
  ["undoChange", (seen) => ({ change: seen.deleteOidcApp.changeNumber })],
  ["signOut", {}],
];

async function run_all(delay_ms) {
  const sandbox = await Sandbox.start();
  const server = RawServer.start(sandbox.environment());
  try {
    await server.initialize();
    const listed = (await server.request("tools/list")).result.tools.map(({ name }) => name);
    const unmeasured = listed.filter((name) => !calls.some(([tool]) => tool === name));
    if (unmeasured.length > 0) throw new Error(`bench/tools.mjs has no call of ${unmeasured.join(", ")}`);
    await server.call("listManagedObjects"); // signs in
    await sandbox.delay(delay_ms);
    const seen = {};
    const rows = [];
    for (const [tool, args, outcome = "done"] of calls) {
      const before = (await sandbox.requests()).length;
      const begin = process.hrtime.bigint();
      const answer = await server.call(tool, typeof args === "function" ? args(seen) : args);
      const ms = Number(process.hrtime.bigint() - begin) / 1e6;
      const made = (await sandbox.requests()).slice(before).filter(({ path }) => !path.startsWith("/sandbox"));
      const refused = Boolean(answer.error ?? answer.result.isError);
      if (outcome !== "any" && refused !== (outcome === "refused")) {
        throw new Error(`${tool}: ${JSON.stringify(answer.error ?? answer.result.content[0].text)}`);
      }
      if (!refused) seen[tool] = result_of(answer);
      const exchanges = made.filter(({ path }) => path.startsWith("/am/oauth2/access_token")).length;
      rows.push({ tool, requests: made.length - exchanges, exchanges, ms,
        bytes: Buffer.byteLength(JSON.stringify(answer.result?.content ?? answer.error)) });
    }
    return rows;
  } finally {
    await server.close();
    await sandbox.stop();
  }
}

// [{tool, requests, exchanges, bytes, fast_ms, slow_ms}]: at no delay and at 80 ms per request.
export async function tool_table() {
  const fast = await run_all(0);
  const slow = await run_all(80);
  return fast.map((row, i) => ({ ...row, fast_ms: row.ms, slow_ms: slow[i].ms }));
}
