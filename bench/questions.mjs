// What a model reads: typical questions of an administrator, the calls that answer them, and the characters of the
// results. `former` is the way that had to be gone while results showed whole objects and nothing looked for references;
// its figures were measured once, on the same sandbox data, with the last program before that (8cb39ff):
//   AIC_BINARIES=… node bench/questions.mjs --former
import { parts, RawServer } from "../tests/e2e/support/raw.mjs";
import { Sandbox } from "../tests/e2e/support/sandbox.mjs";

const realm = "alpha";
const script = (seen) => seen.script;
const journeys = (seen) => seen.journeys.map((journeyName) => ["getJourney", { realm, journeyName }]);
const scripts = (seen) => seen.scripts.map((scriptId) => ["getAMScript", { realm, scriptId }]);
const user = (seen) => ({ objectType: "alpha_user", objectId: seen.user });
const policy = { policyId: "questions", acceptedOrigins: ["https://a.example"], acceptedMethods: ["GET"], acceptedHeaders: [],
  exposedHeaders: [], maxAge: 60, allowCredentials: false, enabled: true };
const small_journey = { realm, journeyName: "Questions", journeyData: { entryNodeId: "start", nodes: { start: {
  nodeType: "UsernameCollectorNode", displayName: "User name", connections: { outcome: "success" }, config: {} } } } };
const patch = (field, value) => (seen) => ["patchManagedObject", { ...user(seen), revision: seen.revision,
  operations: [{ operation: "replace", field, value }] }];

// [question, calls now, calls in former times (nothing = the same)]. A call is [tool, arguments], or a function of what
// was seen that gives one or several.
const questions = [
  ["Which journeys use this script?", [(seen) => ["findReferences", { realm, kind: "script", idOrName: script(seen) }]],
    [["listJourneys", { realm }], journeys]],
  ["Is it safe to delete this theme?", [["findReferences", { realm, kind: "theme", idOrName: "Larkspur" }]],
    [["getTheme", { realm, themeIdentifier: "Larkspur" }], ["listJourneys", { realm }], journeys]],
  ["What uses this variable?", [["findReferences", { realm, kind: "esv", idOrName: "esv-greeting" }]],
    [["listScripts", { realm }], scripts, ["listJourneys", { realm }], journeys]],
  ["Which journeys are there, and what are they made of?", [["listJourneys", { realm }]]],
  ["How does a user sign in?", [["getJourney", { realm, journeyName: "Login" }]]],
  ["How does the longest journey go?", [["getJourney", { realm, journeyName: "Onboarding" }]]],
  ["Draw that journey", [["drawJourney", { realm, journeyName: "Onboarding" }]]],
  ["How many sign-ins failed, and why?", [["queryLogs", { sources: ["am-authentication"], beginTime: "-1d",
    countBy: "/payload/result" }]], [["queryLogs", { sources: ["am-authentication"], beginTime: "-1d", pageSize: 1000 }]]],
  ["Which errors were there today?", [["queryLogs", { sources: ["am-core"], beginTime: "-1d", pageSize: 50,
    queryFilter: '/payload/level eq "ERROR"', fields: ["/timestamp", "/payload/message"] }]],
    [["queryLogs", { sources: ["am-core"], beginTime: "-1d", pageSize: 50, queryFilter: '/payload/level eq "ERROR"' }]]],
  ["Who changed the configuration?", [["queryLogs", { sources: ["am-config", "idm-config"], beginTime: "-1d", pageSize: 50,
    fields: ["/timestamp", "/payload/userId", "/payload/objectId", "/payload/operation"] }]],
    [["queryLogs", { sources: ["am-config", "idm-config"], beginTime: "-1d", pageSize: 50 }]]],
  ["Which ten users are in Pune?", [["queryManagedObjects", { objectType: "alpha_user", pageSize: 10,
    queryFilter: 'city eq "Pune"', fields: "userName,mail,city" }]]],
  ["Change a user's mail, and show it", [patch("/mail", "new@example.com")],
    [patch("/mail", "new@example.com"), (seen) => ["getManagedObject", user(seen)]]],
  ["Create a role, and show it", [["createManagedObject", { objectType: "alpha_role", objectData: { name: "questions" } }]],
    [["createManagedObject", { objectType: "alpha_role", objectData: { name: "questions" } }],
      (seen) => ["getManagedObject", { objectType: "alpha_role", objectId: seen.last.id ?? seen.last._id }]]],
  ["What does a user consist of?", [["getManagedObjectSchema", { objectType: "alpha_user" }]]],
  ["Which types of objects are there?", [["listManagedObjects", {}]]],
  ["Change a theme's colour, and show it", [["updateTheme", { realm, themeIdentifier: "Larkspur",
    themeUpdates: { primaryColor: "#123456" } }]], [["updateTheme", { realm, themeIdentifier: "Larkspur",
    themeUpdates: { primaryColor: "#123456" } }], ["getTheme", { realm, themeIdentifier: "Larkspur" }]]],
  ["Change a script, and show it", [(seen) => ["updateScript", { realm, scriptId: script(seen), description: "new" }]],
    [(seen) => ["updateScript", { realm, scriptId: script(seen), description: "new" }],
      (seen) => ["getAMScript", { realm, scriptId: script(seen) }]]],
  ["Set a variable, and show it", [["setVariable", { variableId: "esv-questions", type: "string", value: "1" }]],
    [["setVariable", { variableId: "esv-questions", type: "string", value: "1" }],
      ["getVariable", { variableId: "esv-questions" }]]],
  ["Which variables are there?", [["queryESVs", { type: "variable", pageSize: 50 }]]],
  ["What does an OIDC application need?", [["getOidcAppSchema", { realm }]]],
  ["How is this application set up?", [["getOidcApp", { realm, name: "Web Shop" }]]],
  ["Allow an origin, and show it", [["createCorsPolicy", policy]],
    [["createCorsPolicy", policy], ["getCorsPolicy", { policyId: policy.policyId }]]],
  ["Which node types are there?", [["listNodeTypes", { realm }]]],
  ["Create a journey, and show it", [["createJourney", small_journey]],
    [["createJourney", small_journey], ["getJourney", { realm, journeyName: small_journey.journeyName }]]],
  ["Delete it, and say what it was", [["deleteJourney", { realm, journeyName: small_journey.journeyName }]],
    [["getJourney", { realm, journeyName: small_journey.journeyName }],
      ["deleteJourney", { realm, journeyName: small_journey.journeyName }]]],
];

// Calls and characters of each question, in former times.
const former = [
  [9, 101800], [10, 103588], [13, 104924], [1, 17207], [1, 8052], [1, 25161], [1, 3361],
  [1, 18186], [1, 2829], [1, 441], [1, 2069], [2, 4265], [2, 347], [1, 27493],
  [1, 385], [2, 2002], [2, 858], [2, 575], [1, 2963], [1, 9819], [1, 6012],
  [2, 811], [1, 16734], [2, 1200], [2, 1247],
];

async function ask_all(way) {
  const sandbox = await Sandbox.start();
  const server = RawServer.start(sandbox.environment());
  try {
    await server.initialize();
    const text_of = async ([tool, args]) => {
      const { result, error } = await server.call(tool, args);
      if (error || result.isError) throw new Error(`${tool}: ${JSON.stringify(error ?? result.content[0].text)}`);
      return { json: parts(result).json, characters: [...result.content[0].text].length };
    };
    const list = async (tool, args) => (await text_of([tool, args])).json.result;
    const [{ _id, _rev }] = await list("queryManagedObjects", { objectType: "alpha_user", pageSize: 1 });
    const all_scripts = (await list("listScripts", { realm })).map((entry) => entry._id);
    const listed = (await text_of(["listJourneys", { realm }])).json;
    const seen = { user: _id, revision: _rev, scripts: all_scripts, script: all_scripts[1],
      journeys: (listed.result ?? listed.journeys).map((entry) => entry.name ?? entry._id) };
    const rows = [];
    for (const [question, now, before] of questions) {
      let calls = 0, characters = 0;
      for (const step of way === "former" ? before ?? now : now) {
        const given = typeof step === "function" ? step(seen) : step;
        for (const call of Array.isArray(given[0]) ? given : [given]) {
          const answer = await text_of(call);
          seen.last = answer.json;
          calls += 1;
          characters += answer.characters;
        }
      }
      rows.push({ question, calls, characters });
    }
    return rows;
  } finally {
    await server.close();
    await sandbox.stop();
  }
}

// [{question, calls, characters, former: [calls, characters]}]
export async function question_table() {
  return (await ask_all("now")).map((row, i) => ({ ...row, former: former[i] }));
}

if (process.argv.includes("--former")) {
  console.log(JSON.stringify((await ask_all("former")).map(({ calls, characters }) => [calls, characters])));
}
