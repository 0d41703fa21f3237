import { useEffect, useRef } from "react";

import { page } from "./events";
import type { PageProperties } from "./types";

/**
 * Send a page call on the first render, and when the path or the query changes.
 *
 * It works with any router. In Next.js:
 * `usePageTracking(usePathname(), useSearchParams().toString())`.
 */
export function usePageTracking(pathname: string, search = ""): void {
  const last = useRef("");
  useEffect(() => {
    const query =
      search === "" || search.startsWith("?") ? search : `?${search}`;
    const url = window.location.origin + pathname + query;
    // React may run an effect again without a change, as StrictMode does in development.
    if (last.current === url) return;
    last.current = url;
    const seen: object = {
      path: pathname,
      search: query,
      title: document.title,
      url,
    };
    page(null, seen as PageProperties);
  }, [pathname, search]);
}
