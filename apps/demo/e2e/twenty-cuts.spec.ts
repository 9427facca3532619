import { audibleSpans, createTcpProxy, type TcpProxy, toFloat } from "@layercode/browser-testing";
import type { MockSession } from "@layercode/mock-server";
import { said } from "./agents.js";
import type { DemoPage } from "./demo-page.js";
import { expect, test } from "./fixtures.js";
import { heard, sentAudio } from "./sounds.js";
import { agentTurn, replayFinished, reportedTurns } from "./wire.js";

/** A connection in its last moment. */
interface Victim {
  demo: DemoPage;
  session: MockSession;
  proxy: TcpProxy;
}

const unanswered = "Are you still there?";

const cuts: readonly ((victim: Victim) => unknown)[] = [
  ({ session }) => session.close(1001, "Going away."),
  ({ session }) => session.faults.drop({ how: "close", code: 1011 }),
  ({ proxy }) => proxy.cut(),
  ({ session }) => session.faults.drop({ how: "close", code: 1012 }),
  async ({ demo }) => {
    // A network that was away has taken the connection with it, though the socket does not know.
    await demo.page.context().setOffline(true);
    await demo.page.context().setOffline(false);
  },
  async ({ demo, proxy }) => {
    // Nothing passes any more, and nobody is told: only what is not answered shows it.
    proxy.blackhole();
    await demo.write(unanswered);
    await expect(demo.status).toHaveText("Reconnecting", { timeout: 15_000 });
    proxy.restore();
  },
  ({ session }) => session.faults.drop({ how: "reset" }),
  ({ session }) => session.close(1013, "Overloaded."),
];

test("cut twenty times, of every kind, it comes back each time: all is in the transcript once, nothing is heard twice", async ({
  openScripted,
  nextSession,
  server,
}) => {
  test.setTimeout(300_000);
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: server.port } });
  const demo = await openScripted({ agent: "ag-reserved", origin: `http://127.0.0.1:${proxy.port}` });
  const statuses = await demo.status.evaluateHandle((element) => {
    const seen: (string | null)[] = [];
    new MutationObserver(() => seen.push(element.textContent)).observe(element, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return seen;
  });
  await demo.button("Start conversation").click();
  const conversations = new Set<string>();
  const expected: string[] = [];
  let sentMs = 0;

  for (let n = 0; n <= 20; n++) {
    const session = await nextSession();
    const openedAt = Date.now();
    conversations.add(session.conversationId);
    await session.waitFor("client.ready");
    await expect(demo.status).toHaveText("Connected");
    const words = `Message ${n}.`;
    await demo.write(words);
    const turn = await agentTurn(session);
    await replayFinished(session, turn);
    expect(reportedTurns(session)).toEqual([turn]);
    expected.push(`You${words}`, `Agent${said.reply}`);
    await expect(demo.messages).toHaveCount(expected.length);
    sentMs += audibleMsIn(toFloat(sentAudio(session, turn).samples), 16_000);
    if (n === 20) break;
    // Two connections in a row that live less than five seconds are not mended.
    await expect.poll(() => Date.now() - openedAt, { timeout: 10_000 }).toBeGreaterThan(5500);
    const cut = cuts[n % cuts.length];
    await cut?.({ demo, session, proxy });
    if ((await demo.messages.count()) > expected.length) expected.push(`You${unanswered}May not have arrived`);
  }

  await expect(demo.messages).toHaveText(expected);
  expect(conversations.size).toBe(1);
  const seen = await statuses.jsonValue();
  expect(seen.filter((status) => status === "Reconnecting")).toHaveLength(20);
  expect(seen.filter((status) => status === "Connected")).toHaveLength(21);
  const { samples, sampleRate } = await heard(demo.page);
  expect(audibleMsIn(samples, sampleRate) / sentMs).toBeCloseTo(1, 1);
  await demo.button("End").click();
  await proxy.close();
});

function audibleMsIn(samples: ArrayLike<number>, sampleRate: number): number {
  return audibleSpans(samples, sampleRate).reduce((sum, { start, end }) => sum + end - start, 0) / (sampleRate / 1000);
}
