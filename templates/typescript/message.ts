/** What both of Segment's SDKs are given alike: the plan's part of a message. */

/** Of this client, in every message. It changes when the client's code does. */
const VERSION = "0.1.0";

/** What the plan says of a call beside its properties. */
export interface Planned {
  /** Sent as `context.protocols.event_version`. */
  version?: number;
  /** Destinations, unless the call says otherwise. */
  integrations?: Integrations;
  /** Filled in for properties that the call omits. */
  defaults?: Readonly<Record<string, unknown>>;
}

/** Which destinations get a message: `{ All: false, Amplitude: true }`. */
export type Integrations = Readonly<Record<string, unknown>>;

/** A call as the plan judges it: what it carries is as it will be sent. */
export interface Call {
  readonly type: "alias" | "group" | "identify" | "page" | "screen" | "track";
  /** The event of a track call. */
  readonly event?: string | undefined;
  /** The event's version, where the plan gives one. */
  readonly version?: number | undefined;
  /** The properties or traits. */
  readonly body: object;
  /** All of it, as the SDK is given it. */
  readonly message?: object;
}

/** Judges a call; the call is not sent where it says no. */
export type Judge = (call: Call) => boolean;

let judge: Judge | undefined;

/** Have every call judged from now on; undefined ends that. */
export function judgeWith(next: Judge | undefined): void {
  judge = next;
}

/** Whether a call is to be sent. */
export function allows(call: Call): boolean {
  return judge === undefined || judge(call);
}

/** What is sent: what was given, and the plan's defaults for what was not. */
export function filled(
  given: object | undefined,
  planned: Planned | undefined,
): Record<string, unknown> {
  const said = Object.entries(given ?? {}).filter(
    ([, value]) => value !== undefined,
  );
  return { ...planned?.defaults, ...Object.fromEntries(said) };
}

/** The context of a message: the call's own, and what every message has. */
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

/** The destinations of a message: the plan's, and the call's own before them. */
export function integrationsOf(
  given: Integrations | undefined,
  planned: Planned | undefined,
): Integrations | undefined {
  const wanted = planned?.integrations;
  return wanted === undefined ? given : { ...wanted, ...given };
}
