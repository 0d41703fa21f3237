/** Calls of the package that tests/typing/plan.yaml becomes, for Node. */

import {
  alias,
  analytics,
  appOpened,
  closeAndFlush,
  everythingSent,
  flush,
  group,
  identify,
  load,
  numbersOnly,
  orderCompleted,
  orderCompletedV1,
  page,
  screen,
  sendWith,
  track,
} from "./shop";
import type {
  Context,
  Identity,
  OrderCompleted,
  Product,
  TrackMessage,
} from "./shop";

// --- right -----------------------------------------------------------------

const product: Product = { product_id: "p", category: null };
const order: OrderCompleted = { order_id: "1", total: 9.5, products: [product] };
const moment = new Date();
const required = { text: "t", whole: 1, part: 0.5, flag: true, moment };
const traits = { email: "a@b", company: {} };
const context: Context = { ip: "127.0.0.1", userAgent: "x", locale: "de" };

sendWith(load("key", { flushAt: 1, flushInterval: 10, closeOnExit: true }));
analytics();
void flush();
void closeAndFlush({ timeout: 100 });
orderCompleted({ userId: "u", properties: order });
orderCompleted({ anonymousId: "a", properties: order, context, timestamp: moment });
orderCompleted({ userId: "u", anonymousId: "a", properties: order, messageId: "m" });
orderCompletedV1({ userId: "u", properties: { order_id: 1 } });
everythingSent({ userId: "u", properties: required });
appOpened({ userId: "u" });
appOpened({ userId: "u", properties: {}, integrations: { All: false } });
numbersOnly({ userId: "u", properties: { a: 1 } });
identify({ userId: "u", traits });
group({ userId: "u", groupId: "g", traits: { name: "n" } });
page({ anonymousId: "a", name: "Home", category: "Docs", properties: { path: "/" } });
screen({ userId: "u" });
track("Order Completed", { userId: "u", properties: order });
track("App Opened", { userId: "u" });
export const whole: TrackMessage<OrderCompleted> = { userId: "u", properties: order };
export const who: Identity = { anonymousId: "a" };

alias({ userId: "u2", previousId: "u1" });

// --- missing ---------------------------------------------------------------

// @ts-expect-error nobody did it
orderCompleted({ properties: order });
// @ts-expect-error nothing was ordered
orderCompleted({ userId: "u" });
// @ts-expect-error total and products are missing
orderCompleted({ userId: "u", properties: { order_id: "1" } });
// @ts-expect-error the email is missing
identify({ userId: "u", traits: { company: {} } });
// @ts-expect-error the group is missing
group({ userId: "u", traits: { name: "n" } });
// @ts-expect-error properties are missing
track("Order Completed", { userId: "u" });
// @ts-expect-error nobody did it
track("App Opened", {});

// --- unknown ---------------------------------------------------------------

// @ts-expect-error misspelt
orderCompleted({ userId: "u", properties: { ...order, curency: "EUR" } });
// @ts-expect-error it takes no properties
appOpened({ userId: "u", properties: { anything: 1 } });
// @ts-expect-error no such event
track("Order Complted", { userId: "u", properties: order });
// @ts-expect-error no such member
orderCompleted({ userId: "u", properties: order, user: "u" });
// @ts-expect-error no such key in a context
orderCompleted({ userId: "u", properties: order, context: { tennant: "t" } });
// @ts-expect-error no such setting of the SDK
load("key", { flushAfter: 1 });

// --- of a wrong type -------------------------------------------------------

// @ts-expect-error a number for a text
orderCompleted({ userId: "u", properties: { ...order, order_id: 1 } });
// @ts-expect-error none of the listed texts
orderCompleted({ userId: "u", properties: { ...order, currency: "GBP" } });
// @ts-expect-error null where it is not allowed
orderCompleted({ userId: "u", properties: { ...order, currency: null } });
// @ts-expect-error undefined is not the same as left out
orderCompleted({ userId: "u", properties: { ...order, currency: undefined } });
// @ts-expect-error a number is no user
orderCompleted({ userId: 1, properties: order });
// @ts-expect-error properties of another event
track("Order Completed", { userId: "u", properties: { known: "k" } });
// @ts-expect-error a text for a number of messages
load("key", { flushAt: "1" });
// @ts-expect-error there are two ids
alias({ userId: "u2" });
