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
  closeBundle(): Promise<void>;
}

/**
 * A mock server that runs as long as Vite's dev server or preview, and answers on the page's own origin: at
 * `/api/authorize` and `/v1/agents/web/websocket`. A path that has a proxy already keeps it. Nothing runs in a build, nor
 * in Vitest.
 * @throws {Error} from `config`, when an option of the mock server cannot be right.
 */
export function layercodeMock(options: MockServerOptions = {}): LayercodeMockPlugin {
  let mock: MockServer | undefined;
  const close = async () => {
    await mock?.close();
  };
  const announce = (server: ViteServer) => {
    const printUrls = server.printUrls.bind(server);
    server.printUrls = () => {
      printUrls();
      server.config.logger.info(`  ➜  Layercode mock: ${authorizePath} and ${socketPath} (${mock?.url})`);
    };
  };
  return {
    name: "layercode-mock",
    apply: (_config, { command }) => command === "serve" && !process.env.VITEST,
    async config({ server }) {
      mock = await createMockServer(options);
      const rules: Record<string, ProxyRule> = {
        [authorizePath]: { target: mock.url },
        [socketPath]: { target: mock.url, ws: true },
      };
      const isFree = ([path]: [string, ProxyRule]) =>
        !Object.keys(server?.proxy ?? {}).some((other) => path.startsWith(other));
      return { server: { proxy: Object.fromEntries(Object.entries(rules).filter(isFree)) } };
    },
    configureServer: announce,
    configurePreviewServer(server) {
      announce(server);
      // A preview has no bundle to close.
      server.httpServer?.once("close", () => void close());
    },
    closeBundle: close,
  };
}
