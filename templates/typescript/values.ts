/** JSON values: how they are sent, compared and named. */

/** A JSON object; it has no prototype, so all its keys are its own. */
export type Json = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 200; // levels of nesting in a value

/** Replaces a value that cannot be sent: it contains itself, or is nested too deeply. */
class Unsendable {}

/** A copy of `value` as it will be sent: dates as strings, without undefined values. */
export function asSent(
  value: unknown,
  depth = 0,
  copies = new Map<unknown, unknown>(),
): unknown {
  const given = valueOf(value);
  if (typeof given !== "object" || given === null) return given;
  if (depth > MAX_DEPTH) return new Unsendable();
  if (copies.has(value)) return copies.get(value);
  copies.set(value, new Unsendable()); // until its copy is complete
  const inside = (each: unknown) => asSent(each, depth + 1, copies);
  const copy = Array.isArray(given)
    ? given.map((each) => (isOmitted(each) ? null : inside(each)))
    : members(given, inside);
  copies.set(value, copy);
  return copy;
}

function members(given: object, inside: (value: unknown) => unknown): Json {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, each] of Object.entries(given)) {
    if (!isOmitted(each)) copy[key] = inside(each);
  }
  return copy;
}

function valueOf(value: unknown): unknown {
  if (value instanceof Date) return isNaN(+value) ? null : value.toISOString();
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === "function" ? (toJSON.call(value) as unknown) : value;
}

function isOmitted(value: unknown): boolean {
  return ["undefined", "function", "symbol"].includes(typeof value);
}

/** Whether `value` is a JSON object. */
export function isObject(value: unknown): value is Json {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unsendable)
  );
}

/** The name that Segment has for a value's JSON type. */
export function kind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** A key that equal JSON values share, and only those; undefined if it is not JSON. */
export function identity(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const items = value.map(identity);
    return items.includes(undefined) ? undefined : `[${items.join()}]`;
  }
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    const items = keys.map((key) => identity(value[key]));
    if (items.includes(undefined)) return undefined;
    return `{${keys.map((key, at) => `${JSON.stringify(key)}:${items[at]}`).join()}}`;
  }
  if (typeof value === "number" && !isFinite(value)) return undefined;
  return typeof value === "bigint" ||
    (typeof value === "object" && value !== null)
    ? undefined
    : JSON.stringify(value === 0 ? 0 : value);
}

/** Whether a number is a multiple of a step, computed in decimal: 19.99 is one of 0.01. */
export function isMultiple(value: number, step: string): boolean {
  const [digits, scale] = decimal(String(value));
  const [stepDigits, stepScale] = decimal(step);
  const shared = Math.max(scale, stepScale);
  return (
    (digits * power(shared - scale)) %
      (stepDigits * power(shared - stepScale)) ===
    BigInt(0)
  );
}

/** A number's digits, and how many of them follow the decimal point. */
function decimal(text: string): [digits: bigint, scale: number] {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale < 0 ? [digits * power(-scale), 0] : [digits, scale];
}

function power(exponent: number): bigint {
  return BigInt(10) ** BigInt(exponent);
}

/** A path as text: `properties.products[2].price`. */
export function dotted(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!isPlain(step)) text += `[${quoted(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** A key in ASCII, so that it is safe to log. */
function quoted(key: string): string {
  return JSON.stringify(key).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isPlain(key: string): boolean {
  return key !== "" && !/[.[\]]|[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(key);
}
