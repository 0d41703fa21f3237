/** The client: Segment's `@segment/analytics-node`, with the plan's part of each message. */

import { Analytics } from "@segment/analytics-node";

import { allows, contextOf, filled, integrationsOf } from "./message";
import type { Call, Integrations, Planned } from "./message";
import type { PlanContext } from "./types";

/**
 * Information about a call, as Segment defines it.
 * https://segment.com/docs/connections/spec/common/
 */
export interface Context extends PlanContext {
  active?: boolean;
  app?: { name?: string; version?: string; build?: string; namespace?: string };
  campaign?: Readonly<Record<string, string>>;
  channel?: string;
  device?: {
    id?: string;
    manufacturer?: string;
    model?: string;
    name?: string;
    type?: string;
    version?: string;
  };
  groupId?: string;
  ip?: string;
  locale?: string;
  location?: {
    city?: string;
    country?: string;
    latitude?: number;
    longitude?: number;
    region?: string;
    speed?: number;
  };
  network?: {
    bluetooth?: boolean;
    carrier?: string;
    cellular?: boolean;
    wifi?: boolean;
  };
  os?: { name?: string; version?: string };
  page?: {
    path?: string;
    referrer?: string;
    search?: string;
    title?: string;
    url?: string;
  };
  protocols?: Readonly<Record<string, unknown>>;
  referrer?: { id?: string; type?: string; name?: string; url?: string };
  screen?: { density?: number; height?: number; width?: number };
  timezone?: string;
  traits?: Readonly<Record<string, unknown>>;
  userAgent?: string;
}

/** Who did it: a known user, or an anonymous visitor. */
export type Identity =
  | { userId: string; anonymousId?: string }
  | { userId?: string; anonymousId: string };

/** What any message can set in addition to who did what. */
export interface Options {
  context?: Context;
  /** When it happened, if not now. */
  timestamp?: Date | string;
  /** The destinations that get it: `{ All: false, Amplitude: true }`. */
  integrations?: Integrations;
  /** Segment drops messages with an id that it has seen; random by default. */
  messageId?: string;
}

type Carrying<Key extends string, Body> =
  Record<never, never> extends Body
    ? { [key in Key]?: Body }
    : { [key in Key]: Body };

/** An event: who did it, and its properties. */
export type TrackMessage<Properties> = Identity &
  Options &
  Carrying<"properties", Properties>;

/** Who a user is. */
export type IdentifyMessage<Traits> = Identity &
  Options &
  Carrying<"traits", Traits>;

/** A group that a user belongs to. */
export type GroupMessage<Traits> = Identity &
  Options &
  Carrying<"traits", Traits> & { groupId: string };

/** A page or screen that a user saw. */
export type PageMessage<Properties> = Identity &
  Options &
  Carrying<"properties", Properties> & { name?: string; category?: string };

/** A user's previous id, and the current one. */
export type AliasMessage = Options & { userId: string; previousId: string };

/** The SDK's settings, apart from the write key: `flushAt`, `flushInterval` and others. */
export type LoadOptions = Omit<
  ConstructorParameters<typeof Analytics>[0],
  "writeKey"
> & {
  /** Send pending messages on SIGTERM, and when the process has nothing else to do. */
  closeOnExit?: boolean;
};

/** The methods of the SDK that are called. */
type Sdk = Pick<Analytics, "closeAndFlush" | "flush" | Call["type"]>;

let sdk: Sdk | undefined;

/** Create the SDK that this package sends with. Call it once. */
export function load(writeKey: string, options: LoadOptions = {}): Analytics {
  const { closeOnExit = false, ...settings } = options;
  const made = new Analytics({ writeKey, ...settings });
  sdk = made;
  if (closeOnExit) closeBeforeExit();
  return made;
}

/** Send with the application's own SDK, instead of one that this package creates. */
export function sendWith(given: Sdk): void {
  sdk = given;
}

/** The SDK that this package sends with. Throws if there is none yet. */
export function analytics(): Sdk {
  if (sdk === undefined) {
    throw new Error("call load(writeKey) before anything is sent");
  }
  return sdk;
}

/** Send pending messages. */
export function flush(options?: { timeout?: number }): Promise<void> {
  return analytics().flush(options);
}

/** Send pending messages, and accept no more. */
export function closeAndFlush(options?: { timeout?: number }): Promise<void> {
  return analytics().closeAndFlush(options);
}

/** What the SDK fills in after the call, so that calls may omit it. */
export const FILLED: readonly string[] = [
  "_metadata",
  "context.library",
  "messageId",
  "timestamp",
];

type Given = (Identity | AliasMessage) &
  Options & { properties?: object; traits?: object };

/** Send an event. */
export function track(event: string, message: Given, planned?: Planned): void {
  const properties = filled(message.properties, planned);
  send("track", { ...message, event, properties }, properties, planned);
}

/** Tie a user to their traits. */
export function identify(message: Given, planned?: Planned): void {
  const traits = filled(message.traits, planned);
  send("identify", { ...message, traits }, traits, planned);
}

/** Add a user to a group. */
export function group(message: Given, planned?: Planned): void {
  const traits = filled(message.traits, planned);
  send("group", { ...message, traits }, traits, planned);
}

/** Record a page view. */
export function page(message: Given, planned?: Planned): void {
  const properties = filled(message.properties, planned);
  send("page", { ...message, properties }, properties, planned);
}

/** Record a screen view. */
export function screen(message: Given, planned?: Planned): void {
  const properties = filled(message.properties, planned);
  send("screen", { ...message, properties }, properties, planned);
}

/** Record that two ids are the same user. */
export function alias(message: AliasMessage): void {
  send("alias", message, {});
}

/** Add the plan's part to a message and send it, unless validation rejects it. */
function send(
  type: Call["type"],
  given: Given & { event?: string },
  body: object,
  planned?: Planned,
): void {
  const integrations = integrationsOf(given.integrations, planned);
  const message = {
    ...given,
    ...(integrations && { integrations }),
    context: contextOf(given.context, planned),
  };
  const { event } = given;
  const version = planned?.version;
  if (allows({ type, event, version, body, message: { type, ...message } })) {
    analytics()[type](message as never);
  }
}

let closing = false;

function closeBeforeExit(): void {
  if (closing) return;
  closing = true;
  process.once("beforeExit", () => void closeAndFlush());
  // Runs first, as listeners added with `once` are no longer counted after they ran.
  process.prependOnceListener("SIGTERM", () => {
    const isAlone = process.listenerCount("SIGTERM") === 0;
    void closeAndFlush().finally(() => {
      // End the process as it would without this listener, unless another one handles that.
      if (isAlone) process.kill(process.pid, "SIGTERM");
    });
  });
}
