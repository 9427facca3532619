/**
 * A URL, or a path on the page's origin, as `fetch` resolves it; `null` where that makes none. The base is the document's:
 * the address of an `about:srcdoc` frame resolves nothing, and a worker has no document.
 */
export function resolveUrl(url: string | URL): URL | null {
  try {
    // Not URL.canParse(): Chrome has that since 120, Safari since 17.
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    return null;
  }
}
