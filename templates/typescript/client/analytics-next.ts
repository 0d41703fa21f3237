/** The client: Segment's `@segment/analytics-next`, with the plan's part of each message. */

import { AnalyticsBrowser } from "@segment/analytics-next";

import { allows, contextOf, filled, integrationsOf } from "./message";
import type { Call, Integrations, Planned } from "./message";
import type { PlanContext } from "./types";

/**
 * Information about a call, as Segment defines it; the SDK fills in most of it.
 * https://segment.com/docs/connections/spec/common/
 */
export interface Context extends PlanContext {
  active?: boolean;
  app?: { name?: string; version?: string; build?: string; namespace?: string };
  campaign?: Readonly<Record<string, string>>;
  groupId?: string;
  ip?: string;
  locale?: string;
  page?: {
    path?: string;
    referrer?: string;
    search?: string;
    title?: string;
    url?: string;
  };
  protocols?: Readonly<Record<string, unknown>>;
  timezone?: string;
  traits?: Readonly<Record<string, unknown>>;
  userAgent?: string;
}

/** What a call can set in addition to its properties. */
export interface Options {
  /** The visitor's id; the SDK uses it from then on. */
  anonymousId?: string;
  /** When it happened, if not now. */
  timestamp?: Date | string;
  context?: Context;
  /** The destinations that get it: `{ All: false, Amplitude: true }`. */
  integrations?: Integrations;
}

/** What a page or screen call can set in addition to its properties. */
export interface PageOptions extends Options {
  category?: string;
}

/**
 * The arguments of `track` after the event. Properties are optional if no event of the
 * union requires any.
 */
export type TrackArguments<Properties> = [Requiring<Properties>] extends [never]
  ? [properties?: Properties, options?: Options]
  : [properties: Properties, options?: Options];

type Requiring<Properties> = Properties extends unknown
  ? Record<never, never> extends Properties
    ? never
    : Properties
  : never;

/**
 * What the SDK fills in after the call (Segment itself fills in the IP address), so that
 * calls may omit it.
 */
export const FILLED: readonly string[] = [
  "_metadata",
  "anonymousId",
  "context.campaign",
  "context.ip",
  "context.library",
  "context.locale",
  "context.page",
  "context.referrer",
  "context.timezone",
  "context.userAgent",
  "context.userAgentData",
  "messageId",
  "previousId",
  "timestamp",
  "userId",
];

type Settings = Parameters<AnalyticsBrowser["load"]>[0];
type InitOptions = NonNullable<Parameters<AnalyticsBrowser["load"]>[1]>;

/** The SDK's settings, apart from the write key. */
export type LoadOptions = Omit<Settings, "writeKey"> & InitOptions;

/** The methods of the SDK that are called. */
type Sdk = Pick<AnalyticsBrowser, "reset" | Call["type"]>;

let own: AnalyticsBrowser | undefined;
let given: Sdk | undefined;

/** The SDK that this package sends with. It buffers calls until it is loaded. */
export function analytics(): AnalyticsBrowser {
  return (own ??= new AnalyticsBrowser());
}

/** Load the SDK, once. Calls made before that are sent then. */
export function load(
  writeKey: string,
  options: LoadOptions = {},
): AnalyticsBrowser {
  const { cdnSettings, cdnURL, ...init } = options;
  const settings: Settings = { writeKey };
  if (cdnSettings !== undefined) settings.cdnSettings = cdnSettings;
  if (cdnURL !== undefined) settings.cdnURL = cdnURL;
  return analytics().load(settings, init);
}

/** Send with the application's own SDK, instead of one that this package creates. */
export function sendWith(sdk: Sdk): void {
  given = sdk;
}

/** Forget the user and the group, as on sign-out. */
export function reset(): void {
  void sender().reset();
}

/** Send an event. */
export function track(
  event: string,
  properties?: object,
  options?: Options,
  planned?: Planned,
): void {
  const body = filled(properties, planned);
  const rest = optionsOf(options, planned);
  if (passes("track", body, { event, properties: body, ...rest }, planned)) {
    void sender().track(event, body, rest);
  }
}

/** Tie the user to their traits. */
export function identify(
  userId?: string | null,
  traits?: object,
  options?: Options,
  planned?: Planned,
): void {
  const body = filled(traits, planned);
  const rest = optionsOf(options, planned);
  const id = userId ?? undefined;
  if (passes("identify", body, { userId: id, traits: body, ...rest }))
    void sender().identify(id, body, rest);
}

/** Add the user to a group. */
export function group(
  groupId: string,
  traits?: object,
  options?: Options,
  planned?: Planned,
): void {
  const body = filled(traits, planned);
  const rest = optionsOf(options, planned);
  if (passes("group", body, { groupId, traits: body, ...rest }))
    void sender().group(groupId, body, rest);
}

/** Record a page view. */
export function page(
  name?: string | null,
  properties?: object,
  options?: PageOptions,
  planned?: Planned,
): void {
  view("page", name, properties, options, planned);
}

/** Record a screen view. */
export function screen(
  name?: string | null,
  properties?: object,
  options?: PageOptions,
  planned?: Planned,
): void {
  view("screen", name, properties, options, planned);
}

/** Record that two ids are the same user. `previousId` is the visitor's if omitted. */
export function alias(
  userId: string,
  previousId?: string,
  options?: Options,
): void {
  const rest = optionsOf(options);
  if (passes("alias", {}, { userId, previousId, ...rest }))
    void sender().alias(userId, previousId, rest);
}

function view(
  type: "page" | "screen",
  name: string | null | undefined,
  properties: object | undefined,
  options: PageOptions | undefined,
  planned: Planned | undefined,
): void {
  const body = filled(properties, planned);
  const rest = optionsOf(options, planned);
  const category = options?.category;
  const named = name ?? undefined;
  if (passes(type, body, { name: named, category, properties: body, ...rest }))
    void sender()[type](category ?? null, name ?? null, body, rest);
}

function passes(
  type: Call["type"],
  body: object,
  message: { event?: string; [key: string]: unknown },
  planned?: Planned,
): boolean {
  return allows({
    type,
    event: message.event,
    version: planned?.version,
    body,
    message: { type, ...message },
  });
}

function sender(): Sdk {
  return given ?? analytics();
}

type SdkOptions = NonNullable<Parameters<Sdk["track"]>[2]>;

function optionsOf(
  options: Options | undefined,
  planned?: Planned,
): SdkOptions {
  const { anonymousId, timestamp, context } = options ?? {};
  const integrations = integrationsOf(options?.integrations, planned);
  return {
    ...(anonymousId !== undefined && { anonymousId }),
    ...(timestamp !== undefined && { timestamp }),
    ...(integrations && { integrations }),
    context: contextOf(context, planned),
  } as SdkOptions;
}
