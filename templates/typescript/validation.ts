/**
 * Validation against the tracking plan, for development and tests.
 *
 * Import it under a condition that bundlers know to be false in production, and the
 * bundle does not include it or any of its checks:
 *
 *     if (process.env["NODE_ENV"] !== "production")
 *       void import("./analytics/validation").then(({ validate }) => validate());
 */

import { Report, Subject } from "./checks";
import type { Violation } from "./checks";
import { FILLED } from "./client";
import { validateWith } from "./message";
import type { Call } from "./message";
import { asSent } from "./values";
import { checkOf, COMMON } from "./validators";

export type { Violation } from "./checks";

/**
 * What to do about violations: throw in the call, warn and send the call anyway, drop
 * the call, or ask a function: the call is sent unless that throws or returns false.
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

/** Validate every call from now on. By default, violations throw in tests and warn otherwise. */
export function validate(onViolation: OnViolation = defaultMode()): void {
  validateWith((call) => {
    const violations = violationsOf(call);
    return violations.length === 0 || decide(onViolation, violations, call);
  });
}

/** Stop validating: every call is sent again. */
export function stopValidating(): void {
  validateWith(undefined);
}

/** How a call breaks the plan. */
export function violationsOf(call: Call): readonly Violation[] {
  const { body, event, message, type } = call;
  const report = new Report(event ?? type);
  const top = type === "identify" || type === "group" ? "traits" : "properties";
  checkOf(call)?.(new Subject(asSent(body), [top], report));
  return message
    ? [...report.violations, ...ofMessage(call, message)]
    : report.violations;
}

/** How the whole message breaks the plan, apart from what the SDK will fill in. */
function ofMessage({ event, type }: Call, message: object): Violation[] {
  const report = new Report(event ?? type);
  COMMON?.(new Subject(asSent(message), [], report));
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

/** A violation as one line for a log. */
function line({ event, path, message }: Violation): string {
  return `${event}: ${message.startsWith(path) ? message : `${path}: ${message}`}`;
}

function defaultMode(): "throw" | "warn" {
  const { process } = globalThis as {
    process?: { env?: Record<string, string | undefined> };
  };
  const env = process?.env ?? {};
  const runners = [env["VITEST"], env["JEST_WORKER_ID"]];
  const tested = env["NODE_ENV"] === "test" || runners.some(Boolean);
  return tested ? "throw" : "warn";
}
