/** The plan's part of a message, which is the same for both of Segment's SDKs. */

/** The version of this client, sent in every message. It changes with the client's code. */
const VERSION = "0.1.0";

/** What the plan says about a call, apart from its properties. */
export interface Planned {
  /** Sent as `context.protocols.event_version`. */
  version?: number;
  /** Destinations, unless the call says otherwise. */
  integrations?: Integrations;
  /** Values for properties that the call omits. */
  defaults?: Readonly<Record<string, unknown>>;
}

/** Which destinations get a message: `{ All: false, Amplitude: true }`. */
export type Integrations = Readonly<Record<string, unknown>>;

/** A call to be validated, with its properties as they will be sent. */
export interface Call {
  readonly type: "alias" | "group" | "identify" | "page" | "screen" | "track";
  /** The event of a track call. */
  readonly event?: string | undefined;
  /** The event's version, if the plan has one. */
  readonly version?: number | undefined;
  /** The properties or traits. */
  readonly body: object;
  /** The whole message, as it is passed to the SDK. */
  readonly message?: object;
}

/** Validates a call, and returns whether to send it. */
export type Validator = (call: Call) => boolean;

let validator: Validator | undefined;

/** Validate every call from now on; undefined turns that off. */
export function validateWith(next: Validator | undefined): void {
  validator = next;
}

/** Whether to send a call. */
export function allows(call: Call): boolean {
  return validator === undefined || validator(call);
}

/** The properties to send: those of the call, with the plan's defaults for the others. */
export function filled(
  given: object | undefined,
  planned: Planned | undefined,
): Record<string, unknown> {
  const set = Object.entries(given ?? {}).filter(
    ([, value]) => value !== undefined,
  );
  return { ...planned?.defaults, ...Object.fromEntries(set) };
}

/** The context of a message: the call's own, and what every message includes. */
export function contextOf(
  given: object | undefined,
  planned: Planned | undefined,
): Record<string, unknown> {
  const context: Record<string, unknown> = {
    ...given,
    typewriter: { language: "typescript", version: VERSION },
  };
  if (planned?.version !== undefined) {
    context["protocols"] = {
      ...(context["protocols"] as object | undefined),
      event_version: planned.version,
    };
  }
  return context;
}

/** The destinations of a message; those of the call override the plan's. */
export function integrationsOf(
  given: Integrations | undefined,
  planned: Planned | undefined,
): Integrations | undefined {
  const wanted = planned?.integrations;
  return wanted === undefined ? given : { ...wanted, ...given };
}
