import { installScript, type ScriptedPage } from "./page.js";

/**
 * Sends the page's WebSockets of one path, on any origin, to the URL `to`, from the next navigation on: code that names
 * no URL would go to the service itself, and a relative one to the page's own server. The query goes along.
 */
export async function redirectWebSockets(page: ScriptedPage, path: string, to: string): Promise<void> {
  await installScript(page, redirectScript, { path, to });
}

/** Runs in the page, as text: it may use nothing from outside itself. */
function redirectScript(_: unknown, { path, to }: { path: string; to: string }): void {
  const Original = WebSocket;
  window.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(redirected(String(url)), protocols);
    }
  };

  function redirected(given: string): string {
    // What is no URL is the browser's to refuse.
    if (!URL.canParse(given, document.baseURI)) return given;
    const { pathname, search } = new URL(given, document.baseURI);
    return pathname.endsWith(path) ? to + search : given;
  }
}
