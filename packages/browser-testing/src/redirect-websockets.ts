import { installScript, type ScriptedPage } from "./page.js";

/** Sends the page's WebSockets for one origin to another, from the next navigation on: code that names no URL would go to the service itself. */
export async function redirectWebSockets(page: ScriptedPage, from: string, to: string): Promise<void> {
  await installScript(page, redirectScript, { from, to });
}

/** Runs in the page, as text: it may use nothing from outside itself. */
function redirectScript(_: unknown, { from, to }: { from: string; to: string }): void {
  const Original = WebSocket;
  window.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(String(url).replace(from, to), protocols);
    }
  };
}
