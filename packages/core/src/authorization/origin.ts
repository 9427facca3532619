/** Who may call the endpoint from a page. */
export interface OriginRules {
  allowedOrigins: readonly string[] | "*";
  /** Whether `X-Forwarded-Host` and `X-Forwarded-Proto` name the endpoint's own origin. */
  trustProxy: boolean;
}

/** Whether a request may pass, and the CORS headers that its answer carries. */
export type OriginVerdict = { allowed: true; headers: Record<string, string> } | { allowed: false; origin: string };

/**
 * Judges where a request comes from. Browsers send `Origin` with every POST and `Sec-Fetch-Site` to every secure URL,
 * and no page can set either.
 * - Neither header: it comes from no page, and is let through.
 * - A listed origin is let through.
 * - `Sec-Fetch-Site` is there: the browser knows, and only what it calls same-origin is let through. What this endpoint
 *   takes for its own origin does not count: behind a TLS proxy it is http, and a plain-http page of that host has it too.
 * - Only `Origin` is there (an older browser, or a plain-http page): it must be the endpoint's own.
 */
export function judgeOrigin(request: Request, rules: OriginRules): OriginVerdict {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (origin === null) {
    if (site === null || site === "same-origin" || site === "none") return { allowed: true, headers: {} };
    return { allowed: false, origin: `a ${site} page` };
  }
  // Any origin, but then without cookies: the two together would hand the user's session to every page there is.
  if (rules.allowedOrigins === "*")
    return { allowed: true, headers: { "access-control-allow-origin": "*", ...readable } };
  if (rules.allowedOrigins.some((allowed) => normalizeOrigin(allowed) === origin)) {
    return {
      allowed: true,
      headers: { "access-control-allow-origin": origin, "access-control-allow-credentials": "true", ...readable },
    };
  }
  const isOwn = site === null ? origin === ownOrigin(request, rules.trustProxy) : site === "same-origin";
  return isOwn ? { allowed: true, headers: {} } : { allowed: false, origin };
}

// What a page of another origin may read, so that it knows how long to wait: a date by whose clock?
const readable = { "access-control-expose-headers": "Retry-After, Date" };

function ownOrigin(request: Request, trustProxy: boolean): string {
  const url = new URL(request.url);
  if (!trustProxy) return url.origin;
  const host = firstOf(request.headers.get("x-forwarded-host")) ?? url.host;
  const protocol = firstOf(request.headers.get("x-forwarded-proto")) ?? url.protocol.slice(0, -1);
  return normalizeOrigin(`${protocol}://${host}`);
}

// Each proxy appends its own value: the first is what the browser asked for.
function firstOf(list: string | null): string | undefined {
  return list?.split(",")[0]?.trim() || undefined;
}

// "https://app.example:443/" and "https://app.example" are one origin. A scheme that URL does not know ("capacitor:")
// must stay as it is written: its URL origin is "null", which every sandboxed frame sends.
function normalizeOrigin(origin: string): string {
  try {
    const normalized = new URL(origin).origin;
    return normalized === "null" ? origin : normalized;
  } catch {
    return origin;
  }
}
