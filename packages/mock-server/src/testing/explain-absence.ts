import type { MockServer } from "../server.js";

/** What of a Playwright page is used here. */
export interface WatchedPage {
  on(event: "websocket", listener: (socket: { url(): string }) => void): unknown;
}

/**
 * Lets the error of `server.waitForSession()` say what the page did instead. `authorized` is to be told of each answer of
 * the authorize endpoint: its status, `undefined` where none came.
 */
export function explainAbsence(
  server: MockServer,
  page: WatchedPage,
  authorizeEndpoint: string,
): { authorized(status: number | undefined): void } {
  const answers: (number | undefined)[] = [];
  const elsewhere = new Set<string>();
  page.on("websocket", (socket) => {
    // Without the query: it has a key.
    const [url = ""] = socket.url().split("?", 1);
    if (url !== server.wsUrl) elsewhere.add(url);
  });
  const { waitForSession } = server;
  server.waitForSession = (options) =>
    waitForSession(options).catch((error: Error) => {
      throw new Error([error.message, ...explanations()].join("\n"));
    });
  return { authorized: (status) => void answers.push(status) };

  function* explanations(): Generator<string> {
    if (answers.length === 0)
      yield `The page has asked for nothing like ${authorizeEndpoint}. If its endpoint has another path, set authorizeEndpoint.`;
    else if (!answers.includes(200))
      yield `The page's authorize endpoint answered ${answers.map((status) => status ?? "nothing").join(", ")}.`;
    if (elsewhere.size > 0)
      yield `The page has opened WebSockets, but none to this server (${server.wsUrl}): ${[...elsewhere].join(", ")}.`;
  }
}
