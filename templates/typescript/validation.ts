/**
 * Validation against the tracking plan, for development and tests.
 *
 * Production bundles leave it out, with all its checks, where nothing imports it
 * there: `if (import.meta.env.DEV) (await import("./analytics/validation")).validate();`
 */

import { Place, Report } from "./checks";
import type { Violation } from "./checks";
import { judgeWith } from "./message";
import type { Call } from "./message";
import { asSent } from "./values";
import { checkOf } from "./validators";

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
  const check = checkOf(call);
  const report = new Report(call.event ?? call.type);
  const top =
    call.type === "identify" || call.type === "group" ? "traits" : "properties";
  check?.(new Place(asSent(call.body), [top], report));
  return report.violations;
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
