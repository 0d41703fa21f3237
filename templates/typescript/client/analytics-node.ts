/** What sends: Segment's `@segment/analytics-node`, with the plan's part of each message. */

import { Analytics } from "@segment/analytics-node";

import { allows, contextOf, filled, integrationsOf } from "./message";
import type { Call, Integrations, Planned } from "./message";
import type { PlanContext } from "./types";

/** Facts around a call, in Segment's terms: https://segment.com/docs/connections/spec/common/ */
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

/** Who did it: a user, or somebody who is not known yet. */
export type Identity =
  | { userId: string; anonymousId?: string }
  | { userId?: string; anonymousId: string };

/** What every message may say beside who did what. */
export interface Options {
  context?: Context;
  /** When it happened, if not now. */
  timestamp?: Date | string;
  /** Which destinations get it: `{ All: false, Amplitude: true }`. */
  integrations?: Integrations;
  /** The key by which Segment drops a repeat; random if not given. */
  messageId?: string;
}

type Carrying<Key extends string, Body> =
  Record<never, never> extends Body
    ? { [key in Key]?: Body }
    : { [key in Key]: Body };

/** An event: who, and with which properties. */
export type TrackMessage<Properties> = Identity &
  Options &
  Carrying<"properties", Properties>;

/** Who a user is. */
export type IdentifyMessage<Traits> = Identity &
  Options &
  Carrying<"traits", Traits>;

/** Which group a user is in. */
export type GroupMessage<Traits> = Identity &
  Options &
  Carrying<"traits", Traits> & { groupId: string };

/** Which page or screen a user saw. */
export type PageMessage<Properties> = Identity &
  Options &
  Carrying<"properties", Properties> & { name?: string; category?: string };

/** Which id a user had, and which one they have now. */
export type AliasMessage = Options & { userId: string; previousId: string };

/** What the SDK takes beside the write key, such as `flushAt` and `flushInterval`. */
export type LoadOptions = Omit<
  ConstructorParameters<typeof Analytics>[0],
  "writeKey"
> & {
  /** Send what waits on SIGTERM, and when the process has nothing else to do. */
  closeOnExit?: boolean;
};

/** The methods of the SDK that calls end in. */
type Sdk = Pick<Analytics, "closeAndFlush" | "flush" | Call["type"]>;

let sdk: Sdk | undefined;

/** Make the SDK that this package sends with, once. */
export function load(writeKey: string, options: LoadOptions = {}): Analytics {
  const { closeOnExit = false, ...settings } = options;
  const made = new Analytics({ writeKey, ...settings });
  sdk = made;
  if (closeOnExit) closeBeforeExit();
  return made;
}

/** Send with an SDK that the application has already, in place of one of this package's. */
export function sendWith(given: Sdk): void {
  sdk = given;
}

/** The SDK that this package sends with. Throws where there is none yet. */
export function analytics(): Sdk {
  if (sdk === undefined) {
    throw new Error("call load(writeKey) before anything is sent");
  }
  return sdk;
}

/** Send what waits. */
export function flush(options?: { timeout?: number }): Promise<void> {
  return analytics().flush(options);
}

/** Send what waits, and nothing after it. */
export function closeAndFlush(options?: { timeout?: number }): Promise<void> {
  return analytics().closeAndFlush(options);
}

/** What the SDK fills in after a call, so that its absence from the call is no fault. */
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

/** Put a user into a group. */
export function group(message: Given, planned?: Planned): void {
  const traits = filled(message.traits, planned);
  send("group", { ...message, traits }, traits, planned);
}

/** Record that a page was seen. */
export function page(message: Given, planned?: Planned): void {
  const properties = filled(message.properties, planned);
  send("page", { ...message, properties }, properties, planned);
}

/** Record that a screen was seen. */
export function screen(message: Given, planned?: Planned): void {
  const properties = filled(message.properties, planned);
  send("screen", { ...message, properties }, properties, planned);
}

/** Say that two ids are one user. */
export function alias(message: AliasMessage): void {
  send("alias", message, {});
}

/** Send a message with the plan's part of it, unless it is judged and found wanting. */
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
  // First in line: who listens only once is not counted after they have been called.
  process.prependOnceListener("SIGTERM", () => {
    const isAlone = process.listenerCount("SIGTERM") === 0;
    void closeAndFlush().finally(() => {
      // As it would have ended without this, unless ending is somebody else's business.
      if (isAlone) process.kill(process.pid, "SIGTERM");
    });
  });
}
