/** What happens to calls that break the plan: says which were sent, thrown, warned of. */

import { alias, sendWith, track } from "./shop";
import { stopValidating, validate, ViolationError } from "./shop/validation";
import type { OnViolation } from "./shop/validation";

const sent: string[] = [];
const warnings: unknown[] = [];
const asked: unknown[] = [];
console.warn = (line: unknown) => void warnings.push(line);
const take = (message: unknown) => void sent.push(JSON.stringify(message));
sendWith({
  alias: take,
  track: take,
} as never);

const right = { order_id: "1", total: 9.5, products: [{ product_id: "p" }] };
const wrong = { ...right, total: "9.5" };

function call(properties: object): string {
  const before = sent.length;
  try {
    track("Order Completed", { userId: "u", properties } as never);
  } catch (error) {
    if (!(error instanceof ViolationError)) throw error;
    return `threw ${error.message}`;
  }
  return sent.length > before ? "sent" : "kept back";
}

// As what a framework hands to a handler: it leads back to itself on many ways.
const web: Record<string, unknown> = {};
for (const way of "abcdefgh") web[way] = [web, web];

const modes: Record<string, OnViolation | undefined> = {
  throw: "throw",
  warn: "warn",
  drop: "drop",
  ask: (violations, { event, body }) => {
    asked.push({ violations, event, body });
  },
  refuse: () => false,
  usual: undefined,
};
const outcomes: Record<string, string[]> = {};
for (const [name, mode] of Object.entries(modes)) {
  validate(mode);
  outcomes[name] = [call(right), call(wrong)];
}
validate("throw");
outcomes["web"] = [call({ ...right, order_id: web })];
stopValidating();
outcomes["stopped"] = [call(wrong)];
alias({ userId: "new", previousId: "old" });
console.log(JSON.stringify({ outcomes, warnings, asked, last: sent.at(-1) }));
