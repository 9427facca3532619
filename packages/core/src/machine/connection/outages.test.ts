import { afterAll, expect, test } from "vitest";
import { type Network, type Outcome, simulate } from "../../../test/outage.js";

// Many clients lose their connection at the same moment: none may lose its session, and the server is not stormed. 20 of
// them in `npm test`, 200 in `npm run test:all`; `TABLE=1` prints what came of it.

const clients = Number(process.env.CLIENTS ?? 20);
const outcomes: Record<string, Outcome> = {};

afterAll(() => {
  if (!process.env.TABLE) return;
  for (const [name, outcome] of Object.entries(outcomes))
    process.stdout.write(`${name.padEnd(24)} ${JSON.stringify(outcome)}\n`);
});

const away = (ms: number, how: Network) => (at: number) => (at >= 0 && at < ms ? how : "up") as Network;

test.each([5, 14, 30, 50].flatMap((seconds) => (["refuses", "silent"] as const).map((how) => [seconds, how] as const)))(
  "an outage of %i s, in which the network %s, ends no session",
  (seconds, how) => {
    const ms = seconds * 1000;
    const outcome = simulate({ clients, network: away(ms, how), losses: [0], lastsMs: 100_000 });
    outcomes[`${seconds} s, ${how}`] = outcome;
    expect(outcome.lost).toBe(0);
    // At most one longest wait later, or one that TCP or the timeout makes of it.
    expect(outcome.allBackAt).toBeLessThan(ms + (how === "refuses" ? 8500 : 24_500));
    expect(outcome.mostAttemptsInASecond).toBeLessThanOrEqual(2 * clients);
  },
);

test.each([1, 2, 5])("a network that flaps every %i s, for 50 s, ends no session", (seconds) => {
  const period = 2000 * seconds;
  const isDown = (at: number) => at >= 0 && at < 50_000 && at % period < period / 2;
  const network = (at: number): Network => (isDown(at) ? "refuses" : "up");
  const losses = Array.from({ length: Math.ceil(50_000 / period) }, (_, n) => n * period);
  const outcome = simulate({ clients, network, losses, lastsMs: 100_000 });
  outcomes[`flaps every ${seconds} s`] = outcome;
  expect(outcome.lost).toBe(0);
  expect(outcome.mostAttemptsInASecond).toBeLessThanOrEqual(2 * clients);
});

test.each([
  ["says so", 1012, clients / 2],
  ["crashes", 1006, 2 * clients],
])("a server that restarts and %s (%i) is asked by %i clients in a second at most", (how, code, most) => {
  for (const seconds of [0, 5]) {
    const outcome = simulate({
      clients,
      network: away(seconds * 1000, "refuses"),
      code,
      losses: [0],
      lastsMs: 60_000,
    });
    outcomes[`restart, ${how}, ${seconds} s`] = outcome;
    expect(outcome.lost).toBe(0);
    expect(outcome.mostAttemptsInASecond).toBeLessThanOrEqual(seconds === 0 ? most : 2 * most);
  }
});

test("an outage that does not end is given up within a minute and an attempt", () => {
  const { lost, mostAttemptsOfAClient } = simulate({
    clients,
    network: away(Infinity, "refuses"),
    losses: [0],
    lastsMs: 60_100,
  });
  expect(lost).toBe(clients);
  expect(mostAttemptsOfAClient).toBeLessThanOrEqual(25);
});
