import { fileURLToPath } from "node:url";
import type { MockServer } from "@layercode/mock-server";

/** An example app: how its own documentation starts the production build, and how it is told of the mock server. */
export interface Example {
  name: string;
  /** Where its package is. */
  folder: string;
  /** Arguments for `node`, in the folder. */
  start: (port: number) => readonly string[];
  /** What the browser can load of the build. */
  clientFiles: string;
  environment: (mock: MockServer, port: number) => Record<string, string>;
}

const agentId = "ag-example";

// The examples read these two when they are asked for a session.
const backend = (mock: MockServer) => ({ LAYERCODE_API_KEY: mock.apiKey, LAYERCODE_API_URL: mock.apiUrl });

export const examples: readonly Example[] = [
  {
    name: "Next",
    folder: folder("example-next"),
    start: (port) => ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", String(port)],
    clientFiles: ".next/static",
    environment: (mock) => ({
      ...backend(mock),
      LAYERCODE_AGENT_ID: agentId,
      LAYERCODE_WEBSOCKET_URL: mock.wsUrl,
      NEXT_TELEMETRY_DISABLED: "1",
    }),
  },
  {
    name: "Nuxt",
    folder: folder("example-nuxt"),
    start: () => [".output/server/index.mjs"],
    clientFiles: ".output/public",
    environment: (mock, port) => ({
      ...backend(mock),
      NUXT_PUBLIC_LAYERCODE_AGENT_ID: agentId,
      NUXT_PUBLIC_LAYERCODE_WEBSOCKET_URL: mock.wsUrl,
      HOST: "127.0.0.1",
      PORT: String(port),
    }),
  },
  {
    name: "SvelteKit",
    folder: folder("example-sveltekit"),
    start: () => ["build"],
    clientFiles: "build/client",
    environment: (mock, port) => ({
      ...backend(mock),
      LAYERCODE_AGENT_ID: agentId,
      LAYERCODE_WEBSOCKET_URL: mock.wsUrl,
      HOST: "127.0.0.1",
      PORT: String(port),
      // Without it, adapter-node believes that it is reached by https.
      ORIGIN: `http://127.0.0.1:${port}`,
    }),
  },
];

function folder(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
