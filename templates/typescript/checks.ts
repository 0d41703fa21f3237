/** What validators are made of: places in a message, and reports of what is wrong there. */

import { isOfFormat } from "./formats";
import { dotted, identity, isMultiple, isObject, kind } from "./values";
import type { Json } from "./values";

/** One way in which a message breaks the tracking plan. */
export interface Violation {
  /** The event, or the type of the call. */
  readonly event: string;
  /** The property as it goes on the wire: `properties.products[2].price`. */
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
  /** What was given; `"<redacted>"` where the plan says that it is personal. */
  readonly value?: unknown;
}

/** Judges what stands in a place. */
export type Check = (given: Place) => void;

type Path = readonly (string | number)[];

const DEEPEST = 100; // steps at which a value of a recursive type is too deep
const REDACTED = "<redacted>";
const LISTED = 8; // allowed values that a message lists before it only counts them

/** The violations of one message. */
export class Report {
  readonly violations: Violation[] = [];
  /** Whether something was nested too deeply; then everything stops. */
  readonly depth: { gaveUp: boolean };

  constructor(
    readonly event: string,
    within?: Report,
  ) {
    this.depth = within?.depth ?? { gaveUp: false };
  }
}

/**
 * A value that is judged, and where it stands. A method that finds something
 * wrong reports it and gives nothing, so that what follows is left out.
 */
export class Place {
  constructor(
    readonly value: unknown,
    private readonly path: Path,
    private readonly report: Report,
    private readonly isPersonal = false,
    private readonly isHidden = isPersonal,
    private readonly isNullable = false,
  ) {}

  /** The value of a key, if it is there. */
  optional(key: string): Place | undefined {
    const value = (this.value as Json)[key];
    return value === undefined ? undefined : this.at(key, value);
  }

  /** The value of a key, which has to be there. */
  required(key: string): Place | undefined {
    const found = this.optional(key);
    const path = dotted([...this.path, key]);
    if (!found) this.tell("Required", `${path} is required`, path);
    return found;
  }

  /** Anything in here is personal: what is wrong with it is told without it. */
  personal(): Place {
    return new Place(this.value, this.path, this.report, true);
  }

  /** Something in here is personal: the whole is not shown. */
  hidden(): Place {
    return new Place(this.value, this.path, this.report, this.isPersonal, true);
  }

  /** Nothing more to judge where it is null. */
  orNull(): Place | undefined {
    if (this.value === null) return undefined;
    const { value, path, report, isPersonal, isHidden } = this;
    return new Place(value, path, report, isPersonal, isHidden, true);
  }

  // --- types ---------------------------------------------------------------

  notNull(): void {
    this.expect("any value but null", this.value !== null);
  }

  boolean(): Place | undefined {
    return this.expect("boolean", typeof this.value === "boolean");
  }

  number(): Place | undefined {
    return this.expect("number", Number.isFinite(this.value));
  }

  integer(): Place | undefined {
    return this.expect("integer", Number.isInteger(this.value));
  }

  string(): Place | undefined {
    return this.expect("string", typeof this.value === "string");
  }

  array(): Place | undefined {
    return this.expect("array", Array.isArray(this.value));
  }

  object(): Place | undefined {
    return this.expect("object", isObject(this.value));
  }

  /** Of one of JSON's types. */
  ofType(...types: string[]): void {
    const given = kind(this.value);
    const fits =
      types.includes(given) ||
      (types.includes("number") && Number.isFinite(this.value)) ||
      (types.includes("object") && isObject(this.value));
    const wrong = given === "number" || given === "object";
    const names = this.isNullable ? [...types, "null"] : types;
    if (!fits || (wrong && !this.isSent())) this.wrongType(`[${names.join()}]`);
  }

  /** Judged by another check. */
  by(check: Check): void {
    check(this);
  }

  // --- texts and numbers ---------------------------------------------------

  format(name: string): Place | undefined {
    if (typeof this.value !== "string") return this.expect("string", false);
    const message = `${this.name} must be a valid ${name}`;
    return this.demand(isOfFormat(this.value, name), "Invalid Format", message);
  }

  minLength(size: number): Place | undefined {
    const fits = [...(this.value as string)].length >= size;
    return this.limit(fits, `have at least ${counted(size, "character")}`);
  }

  maxLength(size: number): Place | undefined {
    const fits = [...(this.value as string)].length <= size;
    return this.limit(fits, `have at most ${counted(size, "character")}`);
  }

  /** The plan's regular expression is found; `source` is JavaScript's form of it. */
  pattern(plan: string, source = plan): Place | undefined {
    const found = expression(source).test(this.value as string);
    return this.demand(
      found,
      "Invalid Format",
      `${this.name} must match ${plan}`,
    );
  }

  minimum(bound: number): Place | undefined {
    return this.limit(this.amount >= bound, `be at least ${bound}`);
  }

  exclusiveMinimum(bound: number): Place | undefined {
    return this.limit(this.amount > bound, `be more than ${bound}`);
  }

  maximum(bound: number): Place | undefined {
    return this.limit(this.amount <= bound, `be at most ${bound}`);
  }

  exclusiveMaximum(bound: number): Place | undefined {
    return this.limit(this.amount < bound, `be less than ${bound}`);
  }

  multipleOf(step: string): Place | undefined {
    return this.limit(
      isMultiple(this.amount, step),
      `be a multiple of ${step}`,
    );
  }

  // --- listed values and alternatives --------------------------------------

  /** One of these values. */
  oneOf(...values: readonly unknown[]): void {
    const given = this.value === 0 ? 0 : this.value;
    if (values.some((each) => (each === 0 ? 0 : each) === given)) return;
    this.notListed(values);
  }

  /** One of the values of a list in JSON, compared at any depth. */
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

  /** One check passes, and no other. */
  exactlyOneOf(...checks: Check[]): void {
    const passed = checks.filter((check) => this.passes(check)).length;
    if (passed !== 1 || !this.isSent())
      this.noMatch("exactly one of the alternatives");
  }

  /** No value is right here. */
  nothing(): void {
    if (this.isNullable) this.expect("null", false);
    else this.noMatch("nothing: no value is allowed");
  }

  // --- arrays --------------------------------------------------------------

  minItems(size: number): Place {
    this.limit(
      this.items.length >= size,
      `have at least ${counted(size, "item")}`,
    );
    return this;
  }

  maxItems(size: number): Place {
    this.limit(
      this.items.length <= size,
      `have at most ${counted(size, "item")}`,
    );
    return this;
  }

  unique(): Place {
    const found = this.items.map(identity);
    const unique = new Set(found).size === found.length;
    this.limit(unique && !found.includes(undefined), "not repeat an item");
    return this;
  }

  each(check: Check): void {
    this.items.forEach((item, index) => check(this.at(index, item)));
  }

  // --- objects -------------------------------------------------------------

  /** No keys but these; in what is personal, others are not shown. */
  only(...keys: string[]): void {
    const others = Object.keys(this.value as Json)
      .filter((key) => !keys.includes(key))
      .flatMap((key) => this.optional(key) ?? []);
    if (!this.isPersonal) {
      for (const each of others) each.unplanned();
    } else if (others.length > 0) {
      const message = `${this.name} has a property that is not in the tracking plan`;
      this.tell("Unplanned Property", message);
    }
  }

  /** Every value but those of `keys` passes a check. */
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

  /** Whether to stop here: a value of a recursive type is nested too deeply. */
  tooDeep(): boolean {
    const { depth, violations } = this.report;
    if (this.path.length <= DEEPEST && !depth.gaveUp) return false;
    const first = !depth.gaveUp || violations.length === 0;
    depth.gaveUp = true;
    if (first) this.limit(false, "not be nested so deeply");
    return true;
  }

  // --- in here -------------------------------------------------------------

  private get name(): string {
    return dotted(this.path);
  }

  private get amount(): number {
    return this.value as number;
  }

  private get items(): readonly unknown[] {
    return this.value as readonly unknown[];
  }

  private at(step: string | number, value: unknown): Place {
    return new Place(value, [...this.path, step], this.report, this.isPersonal);
  }

  private isSent(): boolean {
    return identity(this.value) !== undefined;
  }

  private passes(check: Check): boolean {
    const scratch = new Report(this.report.event, this.report);
    check(new Place(this.value, this.path, scratch, this.isPersonal));
    return scratch.violations.length === 0;
  }

  private expect(type: string, fits: boolean): Place | undefined {
    if (fits) return this;
    this.wrongType(
      this.isNullable && type !== "null" ? `[${type},null]` : type,
    );
    return undefined;
  }

  private wrongType(expected: string): void {
    const message = `Invalid type. Expected: ${expected}, given: ${kind(this.value)}`;
    this.tell("Invalid Type", message);
  }

  private limit(fits: boolean, words: string): Place | undefined {
    return this.demand(fits, "Out Of Range", `${this.name} must ${words}`);
  }

  private demand(
    fits: boolean,
    code: Violation["code"],
    message: string,
  ): Place | undefined {
    if (fits) return this;
    this.tell(code, message);
    return undefined;
  }

  private notListed(values: readonly unknown[]): void {
    const texts = values.every((each) => typeof each === "string");
    if (texts && typeof this.value !== "string") {
      this.expect("string", false);
    } else if (values.length > LISTED) {
      const message = `${this.name} is none of the ${values.length} allowed values`;
      this.tell("Invalid Value", message);
    } else {
      const listed = values.map((each) => JSON.stringify(each)).join(", ");
      const oneOf = values.length === 1 ? "" : "one of: ";
      this.tell("Invalid Value", `${this.name} must be ${oneOf}${listed}`);
    }
  }

  private noMatch(what: string): void {
    this.tell("No Match", `${this.name} must match ${what}`);
  }

  private unplanned(): void {
    this.tell("Unplanned Property", `${this.name} is not in the tracking plan`);
  }

  private tell(
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
