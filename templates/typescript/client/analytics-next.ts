/** What sends: Segment's `@segment/analytics-next`, with the plan's part of each message. */

import { AnalyticsBrowser } from "@segment/analytics-next";

import { allows, contextOf, filled, integrationsOf } from "./message";
import type { Integrations, Planned } from "./message";
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
  /** Who did it, in place of the visitor that the SDK knows. */
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

/** What follows the event in `track`; properties may be left out where none is required. */
export type TrackArguments<Properties> =
  Record<never, never> extends Properties
    ? [properties?: Properties, options?: Options]
    : [properties: Properties, options?: Options];

type Settings = Parameters<AnalyticsBrowser["load"]>[0];
type InitOptions = NonNullable<Parameters<AnalyticsBrowser["load"]>[1]>;

/** What the SDK takes beside the write key. */
export type LoadOptions = Omit<Settings, "writeKey"> & InitOptions;

/** The methods of the SDK that calls end in. */
type Sdk = Pick<
  AnalyticsBrowser,
  "group" | "identify" | "page" | "reset" | "screen" | "track"
>;

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
  if (allows({ type: "track", event, version: planned?.version, body })) {
    void sender().track(event, body, optionsOf(options, planned));
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
  if (allows({ type: "identify", body })) {
    void sender().identify(
      userId ?? undefined,
      body,
      optionsOf(options, planned),
    );
  }
}

/** Put the user into a group. */
export function group(
  groupId: string,
  traits?: object,
  options?: Options,
  planned?: Planned,
): void {
  const body = filled(traits, planned);
  if (allows({ type: "group", body })) {
    void sender().group(groupId, body, optionsOf(options, planned));
  }
}

/** Record that a page was seen. */
export function page(
  name?: string | null,
  properties?: object,
  options?: PageOptions,
  planned?: Planned,
): void {
  const body = filled(properties, planned);
  if (allows({ type: "page", body })) {
    const category = options?.category ?? null;
    void sender().page(
      category,
      name ?? null,
      body,
      optionsOf(options, planned),
    );
  }
}

/** Record that a screen was seen. */
export function screen(
  name?: string | null,
  properties?: object,
  options?: PageOptions,
  planned?: Planned,
): void {
  const body = filled(properties, planned);
  if (allows({ type: "screen", body })) {
    const category = options?.category ?? null;
    void sender().screen(
      category,
      name ?? null,
      body,
      optionsOf(options, planned),
    );
  }
}

function sender(): Sdk {
  return given ?? analytics();
}

type SdkOptions = NonNullable<Parameters<Sdk["track"]>[2]>;

function optionsOf(
  options: Options | undefined,
  planned: Planned | undefined,
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
