/** How long the report of a violation may take behind the failure that it explains, in ms: it is a task of its own. */
const reportMs = 50;

/**
 * Watches what the page's Content-Security-Policy lets nobody connect to, until the diagnosis is over. The function that
 * it returns says whether an address was among it: ask once the connection has failed.
 */
export function watchForbidden(over: AbortSignal): (address: string) => Promise<boolean> {
  // Outside of a page nothing is forbidden so.
  const page = globalThis.document as Document | undefined;
  const blocked: string[] = [];
  const note = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective === "connect-src") blocked.push(blockedURI);
  };
  page?.addEventListener("securitypolicyviolation", note, { signal: over });
  return async (address) => {
    if (!page) return false;
    await new Promise((resolve) => setTimeout(resolve, reportMs));
    // The report may have the query as well, the origin alone, or, of what is not http, the scheme (CSP 3, section 5.4).
    return blocked.some((uri) => uri.startsWith(address) || address.startsWith(uri));
  };
}
