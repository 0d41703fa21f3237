/** Calls of the package that tests/typing/plan.yaml becomes, for browsers. */

import {
  alias,
  analytics,
  appOpened,
  everythingSent,
  group,
  identify,
  load,
  numbersOnly,
  oddlyNamed,
  openEvent,
  orderCompleted,
  orderCompletedV1,
  page,
  reset,
  screen,
  track,
} from "./shop";
import type {
  Category,
  Context,
  Json,
  OrderCompleted,
  Product,
  TrackingEvents,
  UserTraits,
} from "./shop";

// --- right -----------------------------------------------------------------

const product: Product = { product_id: "p", category: null };
const order: OrderCompleted = { order_id: "1", total: 9.5, products: [product] };
const moment = new Date();
const required = { text: "t", whole: 1, part: 0.5, flag: true, moment };

load("key", { integrations: { All: true } });
analytics().ready(() => undefined);
reset();
orderCompleted(order);
orderCompleted({ ...order, currency: "EUR", coupon: null }, { anonymousId: "a" });
orderCompleted(order, { context: { tenant: "t", locale: "de" }, timestamp: moment });
orderCompletedV1({ order_id: 1 });
everythingSent(required);
everythingSent({ ...required, moment: "2026-01-02T03:04:05Z", moment_or_none: null });
everythingSent({ ...required, colour: "red", level: 3, switch: true, rate: 0.5 });
everythingSent({ ...required, json: { a: [1, "b", null, { c: true }] } });
everythingSent({ ...required, half_open: { known: "k", other: 1 }, open: { a: 1 } });
everythingSent({ ...required, payment: { iban: "i" }, quotas: { a: { limit: 1 } } });
everythingSent({ ...required, payment: "cash", some_or_none: [1, null], nothing: null });
everythingSent({ ...required, anything: [{}], matrix: [[1], [2, 3]] });
oddlyNamed({ class: "c", "Product ID": "p", user_id: "u", options: 1, "🎉": "x" });
appOpened();
appOpened({}, { integrations: { All: false } });
openEvent({ known: "k", other: 1 });
numbersOnly({ a: 1 });
identify("u1", { email: "a@b", company: {} });
identify(null, { email: "a@b", company: { id: "c" }, plan: "pro" });
group("g1", { name: "n", employees: null });
page("Home", { path: "/" }, { category: "Docs" });
page(null, { path: "/" });
screen();
track("Order Completed", order);
track("App Opened");
track("App Opened", {}, { timestamp: "2026-01-02T03:04:05Z" });
track(Math.random() < 0.5 ? "App Opened" : "Order Completed", order);
export const name: keyof TrackingEvents = "Everything Sent";
export const json: Json = [{ a: null }];
export const category: Category = { name: "n", parent: { name: "m" } };
export const traits: UserTraits = { email: "a@b", company: {} };
export const context: Context = { userAgent: "x", account: { id: 1 } };

alias("u2");
alias("u2", "u1", { context: { ip: "127.0.0.1" } });

// --- missing ---------------------------------------------------------------

// @ts-expect-error total and products are missing
orderCompleted({ order_id: "1" });
// @ts-expect-error all properties are
orderCompleted();
// @ts-expect-error the name of a product is no product's number
orderCompleted({ ...order, products: [{ name: "p" }] });
// @ts-expect-error a street is missing
orderCompleted({ ...order, shipping: { city: "c", address: {} } });
// @ts-expect-error the email is missing
identify("u1", { company: {} });
// @ts-expect-error traits are missing
identify("u1");
// @ts-expect-error the group is missing
group();
// @ts-expect-error properties are missing
track("Order Completed");
// @ts-expect-error properties are missing, if it is the second
track(Math.random() < 0.5 ? "App Opened" : "Order Completed");

// --- unknown ---------------------------------------------------------------

// @ts-expect-error misspelt
orderCompleted({ ...order, curency: "EUR" });
// @ts-expect-error misspelt, further down
orderCompleted({ ...order, products: [{ product_id: "p", prize: 1 }] });
// @ts-expect-error it takes no properties
appOpened({ anything: 1 });
// @ts-expect-error no such event
track("Order Complted", order);
// @ts-expect-error no such option
orderCompleted(order, { userId: "u" });
// @ts-expect-error no such key in a context
orderCompleted(order, { context: { tennant: "t" } });
// @ts-expect-error no such option of the SDK
load("key", { flushAt: 1 });

// --- of a wrong type -------------------------------------------------------

// @ts-expect-error a number for a text
orderCompleted({ ...order, order_id: 1 });
// @ts-expect-error a text for a number
orderCompleted({ ...order, total: "9.5" });
// @ts-expect-error none of the listed texts
orderCompleted({ ...order, currency: "GBP" });
// @ts-expect-error null where it is not allowed
orderCompleted({ ...order, currency: null });
// @ts-expect-error undefined is not the same as left out
orderCompleted({ ...order, currency: undefined });
// @ts-expect-error undefined is not null
orderCompleted({ ...order, coupon: undefined });
// @ts-expect-error one product is no list of them
orderCompleted({ ...order, products: product });
// @ts-expect-error a number is no moment
everythingSent({ ...required, moment: 1767323045 });
// @ts-expect-error a moment is no date
everythingSent({ ...required, day: moment });
// @ts-expect-error none of the listed numbers
everythingSent({ ...required, level: 4 });
// @ts-expect-error neither a card nor an account
everythingSent({ ...required, payment: { cheque: "c" } });
// @ts-expect-error another constant
everythingSent({ ...required, kind: "something" });
// @ts-expect-error a text in a list of numbers
everythingSent({ ...required, matrix: [["1"]] });
// @ts-expect-error null in a list that has none
everythingSent({ ...required, tags: ["a", null] });
// @ts-expect-error a text among prices
everythingSent({ ...required, prices: { a: "1" } });
// @ts-expect-error something else than null
everythingSent({ ...required, nothing: 0 });
// @ts-expect-error a text among numbers
numbersOnly({ a: "1" });
// @ts-expect-error properties of another event
track("Order Completed", { known: "k" });
// @ts-expect-error a user is a text
identify(1, traits);
// @ts-expect-error a user is a text
alias(2, "u1");
