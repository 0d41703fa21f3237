/** What sends: Segment's `@segment/analytics-next`, with the plan's part of each message. */

import { AnalyticsBrowser } from "@segment/analytics-next";

import { allows, contextOf, filled, integrationsOf } from "./message";
import type { Call, Integrations, Planned } from "./message";
import type { PlanContext } from "./types";

/**
 * Facts around a call, in Segment's terms; the SDK knows most of them by itself.
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

/** What a call may say beside its properties. */
export interface Options {
  /** Who did it; the SDK takes the visitor for that one from then on. */
  anonymousId?: string;
  /** When it happened, if not now. */
  timestamp?: Date | string;
  context?: Context;
  /** Which destinations get it: `{ All: false, Amplitude: true }`. */
  integrations?: Integrations;
}

/** What a page or screen call may say beside its properties. */
export interface PageOptions extends Options {
  category?: string;
}

/**
 * What follows the event in `track`; properties may be left out where none is required, by
 * none of the events that it may be.
 */
export type TrackArguments<Properties> = [Demanding<Properties>] extends [never]
  ? [properties?: Properties, options?: Options]
  : [properties: Properties, options?: Options];

type Demanding<Properties> = Properties extends unknown
  ? Record<never, never> extends Properties
    ? never
    : Properties
  : never;

/**
 * What the SDK fills in after a call (the address: Segment itself), so that its absence
 * from the call is no fault.
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

/** What the SDK takes beside the write key. */
export type LoadOptions = Omit<Settings, "writeKey"> & InitOptions;

/** The methods of the SDK that calls end in. */
type Sdk = Pick<AnalyticsBrowser, "reset" | Call["type"]>;

let own: AnalyticsBrowser | undefined;
let given: Sdk | undefined;

/** The SDK that this package sends with. Until it is loaded it keeps the calls. */
export function analytics(): AnalyticsBrowser {
  return (own ??= new AnalyticsBrowser());
}

/** Load the SDK, once; calls made before that are sent then. */
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

/** Send with an SDK that the application has already, in place of one of this package's. */
export function sendWith(sdk: Sdk): void {
  given = sdk;
}

/** Forget the user and the group, as when somebody signs out. */
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

/** Put the user into a group. */
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

/** Record that a page was seen. */
export function page(
  name?: string | null,
  properties?: object,
  options?: PageOptions,
  planned?: Planned,
): void {
  see("page", name, properties, options, planned);
}

/** Record that a screen was seen. */
export function screen(
  name?: string | null,
  properties?: object,
  options?: PageOptions,
  planned?: Planned,
): void {
  see("screen", name, properties, options, planned);
}

/** Say that two ids are one user; without `previousId`, that of the visitor. */
export function alias(
  userId: string,
  previousId?: string,
  options?: Options,
): void {
  const rest = optionsOf(options);
  if (passes("alias", {}, { userId, previousId, ...rest }))
    void sender().alias(userId, previousId, rest);
}

function see(
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
