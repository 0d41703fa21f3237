/**
 * Validation against the tracking plan, for development and tests.
 *
 * A production bundle leaves it out, with all its checks, where it is imported under
 * a condition that the bundler knows to be false there:
 *
 *     if (process.env["NODE_ENV"] !== "production")
 *       void import("./analytics/validation").then(({ validate }) => validate());
 */

import { Place, Report } from "./checks";
import type { Violation } from "./checks";
import { FILLED } from "./client";
import { judgeWith } from "./message";
import type { Call } from "./message";
import { asSent } from "./values";
import { checkOf, COMMON } from "./validators";

export type { Violation } from "./checks";

/**
 * What to do about violations: throw in the call, warn and send all the same, drop
 * what breaks the plan, or ask: what is called sends unless it throws or says false.
 */
export type OnViolation =
  | "throw"
  | "warn"
  | "drop"
  | ((violations: readonly Violation[], call: Call) => boolean | void);

/** Thrown by a call that breaks the plan. */
export class ViolationError extends Error {
  constructor(readonly violations: readonly Violation[]) {
    super(violations.map(line).join("\n"));
    this.name = "ViolationError";
  }
}

/** Validate every call from now on. Under a test runner violations throw, else they warn. */
export function validate(onViolation: OnViolation = usual()): void {
  judgeWith((call) => {
    const violations = violationsOf(call);
    return violations.length === 0 || decide(onViolation, violations, call);
  });
}

/** Let every call pass again. */
export function stopValidating(): void {
  judgeWith(undefined);
}

/** What the plan has against a call. */
export function violationsOf(call: Call): readonly Violation[] {
  const { body, event, message, type } = call;
  const report = new Report(event ?? type);
  const top = type === "identify" || type === "group" ? "traits" : "properties";
  checkOf(call)?.(new Place(asSent(body), [top], report));
  return message
    ? [...report.violations, ...ofAll(call, message)]
    : report.violations;
}

/** What it has against the message as a whole, but for what the SDK is yet to fill in. */
function ofAll({ event, type }: Call, message: object): Violation[] {
  const report = new Report(event ?? type);
  COMMON?.(new Place(asSent(message), [], report));
  return report.violations.filter(
    ({ code, path }) =>
      code !== "Required" ||
      !FILLED.some((known) => path === known || path.startsWith(`${known}.`)),
  );
}

function decide(
  onViolation: OnViolation,
  violations: readonly Violation[],
  call: Call,
): boolean {
  if (onViolation === "throw") throw new ViolationError(violations);
  if (typeof onViolation === "function")
    return onViolation(violations, call) !== false;
  for (const violation of violations) console.warn(line(violation));
  return onViolation === "warn";
}

/** One line for a log: the event, the property and what is wrong with it. */
function line({ event, path, message }: Violation): string {
  return `${event}: ${message.startsWith(path) ? message : `${path}: ${message}`}`;
}

function usual(): "throw" | "warn" {
  const { process } = globalThis as {
    process?: { env?: Record<string, string | undefined> };
  };
  const env = process?.env ?? {};
  const runners = [env["VITEST"], env["JEST_WORKER_ID"]];
  const tested = env["NODE_ENV"] === "test" || runners.some(Boolean);
  return tested ? "throw" : "warn";
}
