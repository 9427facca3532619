import type { MockServerOptions } from "../options.js";
import { createMockServer, type MockServer } from "../server.js";
import { describeSessions } from "./describe-sessions.js";
import { letClientsConnect } from "./page-environment.js";

/** What of Vitest's test context is used here. */
interface TestContext {
  /** Before Vitest 3 a test does not say how long it may take. */
  task: { timeout?: number };
  onTestFailed(listener: () => void): void;
}

/** Fixtures for `test.extend` of Vitest. */
export interface MockServerFixtures {
  /** A mock server of this test alone. When the test fails, the timelines of its sessions are printed. */
  server(context: TestContext, use: (server: MockServer) => Promise<void>): Promise<void>;
}

const defaultTestTimeoutMs = 5000;

// A test that ends first says that it took too long, and nothing of what was waited for. Zero means that it never ends.
function shorterThan(testTimeoutMs: number): number {
  return testTimeoutMs > 0 ? Math.min(10_000, testTimeoutMs * 0.8) : 10_000;
}

/**
 * A mock server for each Vitest test that asks for one, closed when the test ends. It hums unless `options.voice` says
 * otherwise: that is quick. Waits end within four fifths of the time that the test has, so that their error is seen.
 * Where clients could not connect, in Node before 22, in jsdom and in happy-dom, they can: the README says by what.
 *
 * @example
 * const test = base.extend(mockServer({ scenario: "echo" }));
 * test("…", async ({ server }) => { … });
 */
export function mockServer(options: MockServerOptions = {}): MockServerFixtures {
  return {
    // Vitest reads what a fixture wants from this pattern.
    async server({ onTestFailed, task }, use) {
      letClientsConnect();
      const timeoutMs = shorterThan(task.timeout ?? defaultTestTimeoutMs);
      const server = await createMockServer({ voice: "tone", allowedOrigins: ["*"], timeoutMs, ...options });
      onTestFailed(() => void process.stdout.write(describeSessions(server.sessions)));
      try {
        await use(server);
      } finally {
        await server.close();
      }
    },
  };
}
