import { authorizePath, socketPath } from "./http/router.js";
import type { MockServerOptions } from "./options.js";
import { createMockServer, type MockServer } from "./server.js";

// What this needs of Vite, by its shape: so nobody who runs the mock server otherwise has to install Vite for its types.

/** Where a path of the dev server leads. */
interface ProxyRule {
  target: string;
  ws?: boolean;
}

interface ViteConfig {
  server?: { proxy?: Record<string, unknown> | undefined } | undefined;
}

/** A dev server or a preview server of Vite. */
interface ViteServer {
  readonly config: { readonly logger: { info(line: string): void } };
  readonly httpServer: { once(event: "close", listener: () => void): unknown } | null;
  printUrls(): void;
}

/** A plugin of Vite 5 or newer. */
export interface LayercodeMockPlugin {
  name: string;
  apply(config: object, environment: { command: "build" | "serve" }): boolean;
  config(config: ViteConfig): Promise<{ server: { proxy: Record<string, ProxyRule> } }>;
  configureServer(server: ViteServer): void;
  configurePreviewServer(server: ViteServer): void;
  closeBundle(this: unknown): Promise<void>;
}

/**
 * What closes the mock server on a port that the options name. Vite restarts by reading the configuration anew, plugin
 * included, and making the next server before it closes the last: that one lets go of the port.
 */
const onPort = new Map<number, () => Promise<void>>();

/**
 * A mock server that runs as long as Vite's dev server or preview, and answers on the page's own origin: at
 * `/api/authorize` and `/v1/agents/web/websocket`. A path that has a proxy already keeps it. Nothing runs in a build, nor
 * in Vitest.
 * @throws {Error} from `config`, when an option of the mock server cannot be right.
 */
export function layercodeMock(options: MockServerOptions = {}): LayercodeMockPlugin {
  let mock: Promise<MockServer> | undefined;
  let url = "";
  // The servers of Vite that it serves: during a restart two, in Nuxt two all the time.
  let users = 0;
  const start = async () => {
    const port = options.port ?? 0;
    await onPort.get(port)?.();
    const started = await createMockServer(options);
    if (port > 0) onPort.set(port, close);
    return started;
  };
  const close = async () => {
    const closing = mock;
    mock = undefined;
    users = 0;
    await (await closing)?.close();
  };
  const leave = async () => {
    users -= 1;
    if (users <= 0) await close();
  };
  const announce = (server: ViteServer) => {
    users += 1;
    const printUrls = server.printUrls.bind(server);
    server.printUrls = () => {
      printUrls();
      server.config.logger.info(`  ➜  Layercode mock: ${authorizePath} and ${socketPath} (${url})`);
    };
  };
  return {
    name: "layercode-mock",
    apply: (_config, { command }) => command === "serve" && !process.env.VITEST,
    async config({ server }) {
      mock ??= start();
      try {
        ({ url } = await mock);
      } catch (error) {
        mock = undefined;
        throw error;
      }
      const rules: Record<string, ProxyRule> = {
        [authorizePath]: { target: url },
        [socketPath]: { target: url, ws: true },
      };
      const isFree = ([path]: [string, ProxyRule]) =>
        !Object.keys(server?.proxy ?? {}).some((other) => path.startsWith(other));
      return { server: { proxy: Object.fromEntries(Object.entries(rules).filter(isFree)) } };
    },
    configureServer: announce,
    configurePreviewServer(server) {
      announce(server);
      // A preview has no bundle to close.
      server.httpServer?.once("close", () => void leave());
    },
    async closeBundle() {
      // From Vite 6 on it is called for each environment of a server.
      const { environment } = Object(this) as { environment?: { name: string } };
      if (environment === undefined || environment.name === "client") await leave();
    },
  };
}
