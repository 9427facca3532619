import { WebSocket } from "ws";

/** What Vitest's environments put into the global scope, as far as it is used here. */
interface PageEnvironment {
  WebSocket?: unknown;
  jsdom?: { window: { WebSocket?: unknown } };
  happyDOM?: { settings: { fetch: { disableSameOriginPolicy: boolean } } };
}

/**
 * Lets a client connect in the environment of a Vitest test. A WebSocket that the test put there itself stays. Nothing is
 * undone before the environment ends with its file: of tests that run at once, the first to end must not take it from the
 * others, and a client whose server is gone still tries.
 */
export function letClientsConnect(environment: PageEnvironment = globalThis as PageEnvironment): void {
  const { jsdom, happyDOM } = environment;
  // Node has none before 22. That of jsdom fails at its first event, because it makes one of jsdom's own, which Node
  // does not take for an event.
  environment.WebSocket ??= WebSocket;
  if (jsdom && environment.WebSocket === jsdom.window.WebSocket) environment.WebSocket = WebSocket;
  // Its requests take no `Origin` along, not even those that the server has built from what it got: each answer lacks
  // the headers that would let the page read it.
  if (happyDOM) happyDOM.settings.fetch.disableSameOriginPolicy = true;
}
