/** Values as JSON has them: as they are sent, compared, and named. */

/** An object as it is sent; it inherits nothing, so that each key is its own. */
export type Json = Readonly<Record<string, unknown>>;

const DEEPEST = 200; // steps into a value

/** What stands for a value that cannot be sent: it contains itself, or is too deep. */
class Unsent {}

/** A copy of `value` as it is sent: dates as text, nothing that is undefined. */
export function asSent(
  value: unknown,
  depth = 0,
  copies = new Map<unknown, unknown>(),
): unknown {
  const given = valueOf(value);
  if (typeof given !== "object" || given === null) return given;
  if (depth > DEEPEST) return new Unsent();
  if (copies.has(value)) return copies.get(value);
  copies.set(value, new Unsent()); // until the copy is made
  const inside = (each: unknown) => asSent(each, depth + 1, copies);
  const copy = Array.isArray(given)
    ? given.map((each) => (isLeftOut(each) ? null : inside(each)))
    : members(given, inside);
  copies.set(value, copy);
  return copy;
}

function members(given: object, inside: (value: unknown) => unknown): Json {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, each] of Object.entries(given)) {
    if (!isLeftOut(each)) copy[key] = inside(each);
  }
  return copy;
}

function valueOf(value: unknown): unknown {
  if (value instanceof Date) return isNaN(+value) ? null : value.toISOString();
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === "function" ? (toJSON.call(value) as unknown) : value;
}

function isLeftOut(value: unknown): boolean {
  return ["undefined", "function", "symbol"].includes(typeof value);
}

/** Whether `value` is a JSON object. */
export function isObject(value: unknown): value is Json {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unsent)
  );
}

/** The JSON type of a value as Segment names it. */
export function kind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** The same for values that are equal in JSON, and only for them; undefined for no JSON. */
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

/** Whether a number, as it is written in decimal, is a multiple: 19.99 is of 0.01. */
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

/** A number as its digits, and how many of them are behind the point. */
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

/** Where a value stands: `properties.products[2].price`. */
export function dotted(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!isPlain(step)) text += `[${quoted(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** A key in ASCII, so that nothing in it upsets a log. */
function quoted(key: string): string {
  return JSON.stringify(key).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isPlain(key: string): boolean {
  return key !== "" && !/[.[\]]|[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(key);
}
