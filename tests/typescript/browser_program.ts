/** A page that sends with the package that tests/typing/plan.yaml becomes, for browsers. */

import { createElement, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

import {
  appOpened,
  group,
  identify,
  load,
  orderCompleted,
  orderCompletedV1,
  page,
  screen,
  track,
} from "./shop";
import { usePageTracking } from "./shop/react";

const order = { order_id: "1", total: 9.5, products: [{ product_id: "p" }] };

// Before the SDK is loaded: it keeps the call.
identify("u1", {
  email: "a@b",
  company: { id: "c" },
  created: new Date(0),
});
const origin = window.location.origin;
load("key", {
  cdnURL: origin,
  integrations: {
    "Segment.io": {
      apiHost: `${window.location.host}/v1`,
      protocol: "http",
    },
  },
});
orderCompleted({ ...order, coupon: null });
orderCompletedV1({ order_id: 1 });
appOpened();
group("g1", { name: "n" });
page("Home", { path: "/" }, { category: "Docs" });
screen(null, { depth: 1 });
track("Order Completed", order, {
  context: { ip: "127.0.0.1", tenant: "t" },
  timestamp: "2026-01-02T03:04:05.000Z",
  integrations: { Mixpanel: true },
});

function App() {
  const [search, setSearch] = useState("?q=1");
  const [renders, setRenders] = useState(0);
  usePageTracking("/shop", search);
  return createElement(
    "div",
    null,
    createElement("button", { id: "search", onClick: () => setSearch("?q=2") }),
    createElement("button", {
      id: "again",
      onClick: () => setRenders(renders + 1),
    }),
  );
}

const root = document.getElementById("root");
if (root) {
  const app = createElement(StrictMode, null, createElement(App));
  createRoot(root).render(app);
}
