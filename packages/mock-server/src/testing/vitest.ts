import { WebSocket } from "ws";
import type { MockServerOptions } from "../options.js";
import { createMockServer, type MockServer } from "../server.js";
import { describeSessions } from "./describe-sessions.js";

/** What of Vitest's test context is used here. */
interface TestContext {
  onTestFailed(listener: () => void): void;
}

/** Fixtures for `test.extend` of Vitest. */
export interface MockServerFixtures {
  /** A mock server of this test alone. When the test fails, the timelines of its sessions are printed. */
  server(context: TestContext, use: (server: MockServer) => Promise<void>): Promise<void>;
}

/**
 * A mock server for each Vitest test that asks for one, closed when the test ends. It hums unless `options.voice` says
 * otherwise: that is quick. Where the platform has no WebSocket (Node before 22), tests find that of `ws` in its place.
 *
 * @example
 * const test = base.extend(mockServer({ scenario: "echo" }));
 * test("…", async ({ server }) => { … });
 */
export function mockServer(options: MockServerOptions = {}): MockServerFixtures {
  return {
    // Vitest reads what a fixture wants from this pattern.
    async server({ onTestFailed }, use) {
      // For good: of tests that run at once, the first to end must not take it from the others.
      globalThis.WebSocket ??= WebSocket as never;
      const server = await createMockServer({ voice: "tone", allowedOrigins: ["*"], ...options });
      onTestFailed(() => void process.stdout.write(describeSessions(server.sessions)));
      try {
        await use(server);
      } finally {
        await server.close();
      }
    },
  };
}
