// node:test, but each test of a skipped suite is skipped by itself: counted, and with the reason. The suite's hooks do not run.
import * as runner from "node:test";

let reason = false; // while the body of a skipped suite runs

export function describe(name, ...rest) {
  const body = rest.pop();
  const { skip = false, ...options } = rest[0] ?? {};
  const outer = reason;
  runner.describe(name, options, () => {
    reason = outer || skip;
    try {
      body();
    } finally {
      reason = outer;
    }
  });
}

export function test(name, ...rest) {
  const body = rest.pop();
  runner.test(name, reason ? { skip: reason } : (rest[0] ?? {}), body);
}

const unless_skipped = (hook) => (body) => {
  if (!reason) hook(body);
};
export const before = unless_skipped(runner.before);
export const after = unless_skipped(runner.after);
export const beforeEach = unless_skipped(runner.beforeEach);
export const afterEach = unless_skipped(runner.afterEach);
