/** The building blocks of validators: values to check, and reports of their violations. */

import { isOfFormat } from "./formats";
import { dotted, identity, isMultiple, isObject, kind } from "./values";
import type { Json } from "./values";

/** One way in which a message breaks the tracking plan. */
export interface Violation {
  /** The event, or the type of the call. */
  readonly event: string;
  /** The path of the property in the message: `properties.products[2].price`. */
  readonly path: string;
  readonly code:
    | "Required"
    | "Invalid Type"
    | "Unplanned Property"
    | "Invalid Value"
    | "Invalid Format"
    | "Out Of Range"
    | "No Match";
  readonly message: string;
  /** The value that was given; `"<redacted>"` if the plan marks it as personal data. */
  readonly value?: unknown;
}

/** Checks a value, and reports its violations. */
export type Check = (given: Subject) => void;

type Path = readonly (string | number)[];

const MAX_DEPTH = 100; // steps in a path, beyond which a recursive type is not followed
const REDACTED = "<redacted>";
const MAX_LISTED = 8; // allowed values that a message lists; it just counts more of them

/** The violations of one message. */
export class Report {
  readonly violations: Violation[] = [];
  /** Whether a value was nested too deeply; if so, all checks stop. */
  readonly depth: { gaveUp: boolean };

  constructor(
    readonly event: string,
    within?: Report,
  ) {
    this.depth = within?.depth ?? { gaveUp: false };
  }
}

/**
 * A value to check, and its path. A method that finds a violation reports it and
 * returns undefined, which skips the checks chained to it.
 */
export class Subject {
  constructor(
    readonly value: unknown,
    private readonly path: Path,
    private readonly report: Report,
    private readonly isPersonal = false,
    private readonly isHidden = isPersonal,
    private readonly isNullable = false,
  ) {}

  /** The value of a key, if there is one. */
  optional(key: string): Subject | undefined {
    const value = (this.value as Json)[key];
    return value === undefined ? undefined : this.at(key, value);
  }

  /** The value of a key; a violation if there is none. */
  required(key: string): Subject | undefined {
    const found = this.optional(key);
    const path = dotted([...this.path, key]);
    if (!found) this.fail("Required", `${path} is required`, path);
    return found;
  }

  /** This is personal data: violations in it do not include its values. */
  personal(): Subject {
    return new Subject(this.value, this.path, this.report, true);
  }

  /** This contains personal data: violations do not include it as a whole. */
  hidden(): Subject {
    return new Subject(
      this.value,
      this.path,
      this.report,
      this.isPersonal,
      true,
    );
  }

  /** Null is allowed, and not checked any further. */
  orNull(): Subject | undefined {
    if (this.value === null) return undefined;
    const { value, path, report, isPersonal, isHidden } = this;
    return new Subject(value, path, report, isPersonal, isHidden, true);
  }

  // --- types ---------------------------------------------------------------

  notNull(): void {
    this.expect("any value but null", this.value !== null);
  }

  boolean(): Subject | undefined {
    return this.expect("boolean", typeof this.value === "boolean");
  }

  number(): Subject | undefined {
    return this.expect("number", Number.isFinite(this.value));
  }

  integer(): Subject | undefined {
    return this.expect("integer", Number.isInteger(this.value));
  }

  string(): Subject | undefined {
    return this.expect("string", typeof this.value === "string");
  }

  array(): Subject | undefined {
    return this.expect("array", Array.isArray(this.value));
  }

  object(): Subject | undefined {
    return this.expect("object", isObject(this.value));
  }

  /** The value is of one of these JSON types. */
  ofType(...types: string[]): void {
    const given = kind(this.value);
    const fits =
      types.includes(given) ||
      (types.includes("number") && Number.isFinite(this.value)) ||
      (types.includes("object") && isObject(this.value));
    const wrong = given === "number" || given === "object";
    const names = this.isNullable ? [...types, "null"] : types;
    if (!fits || (wrong && !this.isSendable()))
      this.wrongType(`[${names.join()}]`);
  }

  /** Apply another check. */
  by(check: Check): void {
    check(this);
  }

  // --- strings and numbers -------------------------------------------------

  format(name: string): Subject | undefined {
    if (typeof this.value !== "string") return this.expect("string", false);
    const message = `${this.name} must be a valid ${name}`;
    return this.ensure(isOfFormat(this.value, name), "Invalid Format", message);
  }

  minLength(size: number): Subject | undefined {
    const fits = [...(this.value as string)].length >= size;
    return this.limit(fits, `have at least ${counted(size, "character")}`);
  }

  maxLength(size: number): Subject | undefined {
    const fits = [...(this.value as string)].length <= size;
    return this.limit(fits, `have at most ${counted(size, "character")}`);
  }

  /** A longer text is not matched with the pattern, which could take too long. */
  maxMatched(size: number): Subject | undefined {
    const fits = [...(this.value as string)].length <= size;
    const reason = "a longer text is not matched with its pattern";
    return this.limit(
      fits,
      `have at most ${counted(size, "character")}: ${reason}`,
    );
  }

  /** The plan's regular expression matches; `source` is how JavaScript spells it. */
  pattern(plan: string, source = plan): Subject | undefined {
    const found = expression(source).test(this.value as string);
    return this.ensure(
      found,
      "Invalid Format",
      `${this.name} must match ${plan}`,
    );
  }

  minimum(bound: number): Subject | undefined {
    return this.limit(this.amount >= bound, `be at least ${bound}`);
  }

  exclusiveMinimum(bound: number): Subject | undefined {
    return this.limit(this.amount > bound, `be more than ${bound}`);
  }

  maximum(bound: number): Subject | undefined {
    return this.limit(this.amount <= bound, `be at most ${bound}`);
  }

  exclusiveMaximum(bound: number): Subject | undefined {
    return this.limit(this.amount < bound, `be less than ${bound}`);
  }

  multipleOf(step: string): Subject | undefined {
    return this.limit(
      isMultiple(this.amount, step),
      `be a multiple of ${step}`,
    );
  }

  // --- enums and unions ----------------------------------------------------

  /** The value is one of these. */
  oneOf(...values: readonly unknown[]): void {
    const given = this.value === 0 ? 0 : this.value;
    if (values.some((each) => (each === 0 ? 0 : each) === given)) return;
    this.notListed(values);
  }

  /** The value is one of those in a JSON array; lists and objects are compared deeply. */
  oneOfJson(text: string): void {
    const values = JSON.parse(text) as unknown[];
    const given = identity(this.value);
    if (given !== undefined && values.map(identity).includes(given)) return;
    this.notListed(values);
  }

  /** At least one check passes. */
  anyOf(...checks: Check[]): void {
    const fits = checks.some((check) => this.passes(check));
    if (!fits) this.noMatch("one of the alternatives");
  }

  /** Exactly one check passes. */
  exactlyOneOf(...checks: Check[]): void {
    const passed = checks.filter((check) => this.passes(check)).length;
    if (passed !== 1 || !this.isSendable())
      this.noMatch("exactly one of the alternatives");
  }

  /** No value is allowed. */
  nothing(): void {
    if (this.isNullable) this.expect("null", false);
    else this.noMatch("nothing: no value is allowed");
  }

  // --- arrays --------------------------------------------------------------

  minItems(size: number): Subject {
    this.limit(
      this.items.length >= size,
      `have at least ${counted(size, "item")}`,
    );
    return this;
  }

  maxItems(size: number): Subject {
    this.limit(
      this.items.length <= size,
      `have at most ${counted(size, "item")}`,
    );
    return this;
  }

  unique(): Subject {
    const found = this.items.map(identity);
    const unique = new Set(found).size === found.length;
    this.limit(unique && !found.includes(undefined), "not repeat an item");
    return this;
  }

  each(check: Check): void {
    this.items.forEach((item, index) => check(this.at(index, item)));
  }

  // --- objects -------------------------------------------------------------

  /** No other keys than these; in personal data, others are not named. */
  only(...keys: string[]): void {
    const others = Object.keys(this.value as Json)
      .filter((key) => !keys.includes(key))
      .flatMap((key) => this.optional(key) ?? []);
    if (!this.isPersonal) {
      for (const each of others) each.unplanned();
    } else if (others.length > 0) {
      const message = `${this.name} has a property that is not in the tracking plan`;
      this.fail("Unplanned Property", message);
    }
  }

  /** The values of all keys except `keys` pass a check. */
  others(check: Check, ...keys: string[]): void {
    for (const [key, value] of Object.entries(this.value as Json)) {
      const step = this.isPersonal ? REDACTED : key;
      if (!keys.includes(key)) check(this.at(step, value));
    }
  }

  minProperties(size: number): void {
    const fits = Object.keys(this.value as Json).length >= size;
    this.limit(fits, `have at least ${counted(size, "property")}`);
  }

  maxProperties(size: number): void {
    const fits = Object.keys(this.value as Json).length <= size;
    this.limit(fits, `have at most ${counted(size, "property")}`);
  }

  /** Whether to stop, as a value of a recursive type is nested too deeply. */
  tooDeep(): boolean {
    const { depth, violations } = this.report;
    if (this.path.length <= MAX_DEPTH && !depth.gaveUp) return false;
    const first = !depth.gaveUp || violations.length === 0;
    depth.gaveUp = true;
    if (first) this.limit(false, "not be nested so deeply");
    return true;
  }

  // --- helpers -------------------------------------------------------------

  private get name(): string {
    return dotted(this.path);
  }

  private get amount(): number {
    return this.value as number;
  }

  private get items(): readonly unknown[] {
    return this.value as readonly unknown[];
  }

  private at(step: string | number, value: unknown): Subject {
    return new Subject(
      value,
      [...this.path, step],
      this.report,
      this.isPersonal,
    );
  }

  private isSendable(): boolean {
    return identity(this.value) !== undefined;
  }

  private passes(check: Check): boolean {
    const scratch = new Report(this.report.event, this.report);
    check(new Subject(this.value, this.path, scratch, this.isPersonal));
    return scratch.violations.length === 0;
  }

  private expect(type: string, fits: boolean): Subject | undefined {
    if (fits) return this;
    this.wrongType(
      this.isNullable && type !== "null" ? `[${type},null]` : type,
    );
    return undefined;
  }

  private wrongType(expected: string): void {
    const message = `Invalid type. Expected: ${expected}, given: ${kind(this.value)}`;
    this.fail("Invalid Type", message);
  }

  private limit(fits: boolean, words: string): Subject | undefined {
    return this.ensure(fits, "Out Of Range", `${this.name} must ${words}`);
  }

  private ensure(
    fits: boolean,
    code: Violation["code"],
    message: string,
  ): Subject | undefined {
    if (fits) return this;
    this.fail(code, message);
    return undefined;
  }

  private notListed(values: readonly unknown[]): void {
    const strings = values.every((each) => typeof each === "string");
    if (strings && typeof this.value !== "string") {
      this.expect("string", false);
    } else if (values.length > MAX_LISTED) {
      const message = `${this.name} must be one of the ${values.length} allowed values`;
      this.fail("Invalid Value", message);
    } else {
      const listed = values.map((each) => JSON.stringify(each)).join(", ");
      const oneOf = values.length === 1 ? "" : "one of: ";
      this.fail("Invalid Value", `${this.name} must be ${oneOf}${listed}`);
    }
  }

  private noMatch(what: string): void {
    this.fail("No Match", `${this.name} must match ${what}`);
  }

  private unplanned(): void {
    this.fail("Unplanned Property", `${this.name} is not in the tracking plan`);
  }

  private fail(
    code: Violation["code"],
    message: string,
    path = this.name,
  ): void {
    const { event, violations } = this.report;
    const value = this.isHidden ? REDACTED : this.value;
    violations.push(
      code === "Required"
        ? { event, path, code, message }
        : { event, path, code, message, value },
    );
  }
}

const expressions = new Map<string, RegExp>();

function expression(source: string): RegExp {
  const known = expressions.get(source) ?? new RegExp(source, "u");
  expressions.set(source, known);
  return known;
}

function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
