import { redirectWebSockets } from "@layercode/browser-testing/microphone";
import { socketPath } from "../http/router.js";
import type { MockServerOptions } from "../options.js";
import { createMockServer, type MockServer } from "../server.js";
import { describeSessions } from "./describe-sessions.js";
import { explainAbsence, type WatchedPage } from "./explain-absence.js";
import { installMicrophone, type MicrophonePermission, type ScriptedPage, type TestMicrophone } from "./microphone.js";

/** What a Playwright test may ask for, and what `test.use` may set. */
export interface Layercode {
  /** Options of the mock server. Default none. */
  mockServer: MockServerOptions;
  /** How the page's question for a microphone is answered. Default `"granted"`. */
  microphonePermission: MicrophonePermission;
  /** The app's authorize endpoint, a URL pattern for `page.route`. Default `/api/authorize` on any origin. */
  authorizeEndpoint: string;
  /** A mock server of this test alone. The page reaches it as it would reach Layercode. */
  server: MockServer;
  microphone: TestMicrophone;
}

// The part of Playwright's types that is used here, written out: a project without Playwright can import this module.
interface TestedPage extends ScriptedPage, WatchedPage {
  route(url: string, handler: (route: Route) => Promise<void>): Promise<unknown>;
}

interface Route {
  request(): { method(): string; postData(): string | null };
  fulfill(answer: { status: number; headers: Record<string, string>; body: string }): Promise<void>;
  abort(reason: string): Promise<void>;
}

interface TestInfo {
  status?: string | undefined;
  expectedStatus: string;
  attach(name: string, attachment: { body: string; contentType: string }): Promise<void>;
}

/** Fixtures for `test.extend` of Playwright. */
export interface LayercodeFixtures {
  mockServer: [MockServerOptions, { option: true }];
  microphonePermission: [MicrophonePermission, { option: true }];
  authorizeEndpoint: [string, { option: true }];
  server(wanted: { mockServer: MockServerOptions }, use: (server: MockServer) => Promise<void>): Promise<void>;
  page<Page extends TestedPage>(
    wanted: { server: MockServer; page: Page; authorizeEndpoint: string },
    use: (page: Page) => Promise<void>,
    test: TestInfo,
  ): Promise<void>;
  microphone: [
    (
      wanted: { page: TestedPage; server: MockServer; microphonePermission: MicrophonePermission },
      use: (microphone: TestMicrophone) => Promise<void>,
    ) => Promise<void>,
    { auto: true },
  ];
}

/**
 * A mock server and a microphone for each Playwright test. The page's authorize endpoint and its WebSocket to Layercode,
 * on whatever origin the page looks for them, lead to that server; when the test fails, the timelines of its sessions are
 * printed and attached.
 *
 * @example
 * const test = base.extend<Layercode>(layercode);
 * test("…", async ({ page, server, microphone }) => { … });
 */
export const layercode: LayercodeFixtures = {
  mockServer: [{}, { option: true }],
  microphonePermission: ["granted", { option: true }],
  authorizeEndpoint: ["**/api/authorize", { option: true }],
  // Playwright reads the fixtures that a function needs from its destructuring pattern, and sets them up in that order:
  // keep both.
  async server({ mockServer }, use) {
    const server = await createMockServer({ allowedOrigins: ["*"], ...mockServer });
    await use(server);
    await server.close();
  },
  // What is set up last ends first. The page comes after the server, so that it is closed when the server ends: one that
  // is open would lose its connection and ask again, at a server that is gone.
  async page({ server, page, authorizeEndpoint }, use, test) {
    await redirectWebSockets(page, socketPath, server.wsUrl);
    const { authorized } = explainAbsence(server, page, authorizeEndpoint);
    await page.route(authorizeEndpoint, async (route) => authorized(await answerAuthorization(route, server)));
    await use(page);
    if (test.status !== test.expectedStatus) await tell(describeSessions(server.sessions), test);
  },
  microphone: [
    async ({ page, server, microphonePermission }, use) => {
      await use(await installMicrophone(page, server, microphonePermission));
    },
    { auto: true },
  ],
};

// Send the request from the test's process, not from the page: a page on https could not reach this server's http. It may
// outlive the page, the server or the test; nobody waits for this promise, so it must not reject.
async function answerAuthorization(route: Route, server: MockServer): Promise<number | undefined> {
  try {
    const request = route.request();
    const answer = await fetch(server.authorizeUrl, {
      method: request.method(),
      headers: { "content-type": "application/json" },
      body: request.postData(),
    });
    const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
    await route.fulfill({ status: answer.status, headers, body: await answer.text() });
    return answer.status;
  } catch {
    // A test that closed the server wants its page to see that. A page that is gone sees nothing.
    await route.abort("connectionrefused").catch(() => {});
    return undefined;
  }
}

async function tell(timelines: string, test: TestInfo): Promise<void> {
  process.stdout.write(timelines);
  await test.attach("mock-server-timeline.txt", { body: timelines, contentType: "text/plain" });
}
