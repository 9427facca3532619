import { authorizePath, socketPath } from "./http/router.js";
import type { MockServerOptions } from "./options.js";
import { createMockServer, type MockServer } from "./server.js";

// What this needs of Next, by its shape: so nobody who runs the mock server otherwise has to install Next for its types.

/** Where paths of the dev server lead, as Next takes it: a list, or three that it tries one after the other. */
type Rewrites = readonly object[] | { readonly afterFiles?: readonly object[] };

// Next loads the file of its configuration in several processes, and asks for the rewrites in that of the dev server.
let running: Promise<MockServer> | undefined;

/**
 * A configuration of Next 15 or newer with which `next dev` has a mock server. It answers on the page's own origin, at
 * `/api/authorize` and `/v1/agents/web/websocket`, and ends with `next dev`. A route of the app at one of the two paths
 * keeps it. Outside of `next dev` the configuration is returned as it is.
 * @throws {Error} when the configuration is a function; from `rewrites()`, when an option of the mock server cannot be right.
 */
export function withLayercodeMock<Config extends { rewrites?: (() => unknown) | undefined }>(
  nextConfig: Config,
  options: MockServerOptions = {},
): Config {
  if (process.env.NODE_ENV !== "development") return nextConfig;
  if (typeof nextConfig === "function")
    throw new Error(
      "withLayercodeMock() was given a function. Call it inside of the function: (phase) => withLayercodeMock({ … }).",
    );
  return {
    ...nextConfig,
    async rewrites() {
      const own = ((await nextConfig.rewrites?.()) ?? []) as Rewrites;
      running ??= start(options);
      const { url } = await running;
      // `basePath: false`: the paths are whole ones, whatever `basePath` the app has.
      const ours = [authorizePath, socketPath].map((path) => ({
        source: path,
        destination: url + path,
        basePath: false,
      }));
      if (!("length" in own)) return { ...own, afterFiles: [...(own.afterFiles ?? []), ...ours] };
      return [...own, ...ours];
    },
  };
}

async function start(options: MockServerOptions): Promise<MockServer> {
  const mock = await createMockServer(options);
  process.stdout.write(`- Layercode mock: ${authorizePath} and ${socketPath} (${mock.url})\n`);
  return mock;
}
