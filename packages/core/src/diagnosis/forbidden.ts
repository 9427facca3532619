/** How long the report of a violation may take behind the failure that it explains, in ms: it is a task of its own. */
const reportMs = 50;

/** A watch over what the page's Content-Security-Policy lets nobody connect to. */
export interface ForbiddenWatch {
  /** Whether that address was among it. Ask once the connection has failed. */
  has(address: string): Promise<boolean>;
  end(): void;
}

export function watchForbidden(): ForbiddenWatch {
  // Outside of a page nothing is forbidden so.
  const page = globalThis.document as Document | undefined;
  const blocked: string[] = [];
  const note = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective === "connect-src") blocked.push(blockedURI);
  };
  page?.addEventListener("securitypolicyviolation", note);
  return {
    async has(address) {
      if (!page) return false;
      await new Promise((resolve) => setTimeout(resolve, reportMs));
      // The report may have the query as well, the origin alone, or, of what is not http, the scheme (CSP 3, section 5.4).
      return blocked.some((uri) => uri.startsWith(address) || address.startsWith(uri));
    },
    end: () => page?.removeEventListener("securitypolicyviolation", note),
  };
}
