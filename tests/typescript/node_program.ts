/** Sends with the package that tests/typing/plan.yaml becomes, through Segment's SDK for Node. */

import {
  appOpened,
  closeAndFlush,
  group,
  identify,
  load,
  orderCompleted,
  orderCompletedV1,
  page,
  screen,
  track,
} from "./shop";

const host = process.argv[2] ?? "";
const mode = process.argv[3];
load("key", { host, flushAt: 2, flushInterval: 50, closeOnExit: mode !== undefined });

const order = { order_id: "1", total: 9.5, products: [{ product_id: "p" }] };
const userId = "u1";

if (mode === undefined) {
  orderCompleted({ userId, properties: { ...order, coupon: null } });
  orderCompletedV1({ userId, properties: { order_id: 1 } });
  appOpened({ anonymousId: "a1" });
  identify({
    userId,
    traits: { email: "a@b", company: { id: "c" }, created: new Date(0) },
  });
  group({ userId, groupId: "g1", traits: { name: "n" } });
  page({ userId, name: "Home", category: "Docs", properties: { path: "/" } });
  screen({ userId, properties: { depth: 1 } });
  track("Order Completed", {
    userId,
    properties: order,
    context: { ip: "127.0.0.1", tenant: "t" },
    timestamp: "2026-01-02T03:04:05.000Z",
    integrations: { Mixpanel: true },
    messageId: "m1",
  });
  await closeAndFlush();
} else {
  orderCompleted({ userId, properties: order });
  if (mode === "shutdown") {
    // A server that ends by itself when it has done what it was at.
    process.once("SIGTERM", () => setTimeout(() => process.exit(7), 1500));
  }
  if (mode !== "exit") {
    setInterval(() => undefined, 1000);
    console.log("ready");
  }
}
