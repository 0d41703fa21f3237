import { useEffect, useRef } from "react";

import { page } from "./events";
import type { PageProperties } from "./types";

/**
 * Send a page call when the path or the search changes, and at first.
 *
 * It serves any router: in Next.js,
 * `usePageTracking(usePathname(), useSearchParams().toString())`.
 */
export function usePageTracking(pathname: string, search = ""): void {
  const last = useRef("");
  useEffect(() => {
    const query =
      search === "" || search.startsWith("?") ? search : `?${search}`;
    const url = window.location.origin + pathname + query;
    // React runs an effect again without a change: StrictMode in development does.
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
