import { useEffect } from "react";

import { page } from "./events";
import type { PageProperties } from "./types";

/**
 * Send a page call when the path or the search changes, and at first.
 *
 * It serves any router: in Next.js,
 * `usePageTracking(usePathname(), useSearchParams().toString())`.
 */
export function usePageTracking(pathname: string, search = ""): void {
  useEffect(() => {
    const query =
      search === "" || search.startsWith("?") ? search : `?${search}`;
    const seen: object = {
      path: pathname,
      search: query,
      title: document.title,
      url: window.location.origin + pathname + query,
    };
    page(null, seen as PageProperties);
  }, [pathname, search]);
}
