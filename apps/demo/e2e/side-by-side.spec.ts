import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answerMicrophone, installScriptedMicrophone, launchChromium } from "@layercode/browser-testing";
import { createMockServer, type MockServer, type MockSession } from "@layercode/mock-server";
import { expect, type Page, test } from "@playwright/test";
import { build } from "esbuild";
import { type Difference, differences } from "./side-by-side-differences.js";
import type { SideBySidePage } from "./side-by-side-page.js";

declare const sideBySide: SideBySidePage;

type Steps = Record<string, string[]>;

// Both clients through one script. What differs stands in side-by-side-differences.ts and in the README, with the reason.
test("Layercode's own client and ours call back the same, in the same order, but for what the README says", async () => {
  test.setTimeout(180_000);
  const staticDirectory = await buildPage();
  const server = await createMockServer({ staticDirectory, agents: { "ag-taciturn": { scenario: {} } } });
  const browser = await launchChromium();
  try {
    const record: Record<string, Steps> = {};
    for (const client of ["theirs", "ours"]) {
      const page = await browser.newPage();
      record[client] = await drive(page, server, client);
      await page.close();
    }
    const { theirs = {}, ours = {} } = record;
    expect(Object.keys(theirs)).toEqual(Object.keys(ours));
    const found = Object.keys(theirs).flatMap((step): Difference[] => {
      const [their, our] = [theirs[step] ?? [], ours[step] ?? []];
      return their.join("\n") === our.join("\n") ? [] : [{ step, theirs: their, ours: our }];
    });
    process.stdout.write(`\n${tableOf(found)}\n`);
    expect(found).toEqual(differences.map(({ step, theirs, ours }) => ({ step, theirs, ours })));
  } finally {
    await browser.close();
    await server.close();
    await rm(staticDirectory, { recursive: true });
  }
});

test("the README says each of these differences, with the reason", async () => {
  const readme = await readFile(new URL("../../../packages/core/README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split("\n## Moving from `@layercode/js-sdk`\n");
  const [moving = ""] = section.split("\n## ");
  for (const { step, readme: words } of differences) for (const word of words) expect(moving, step).toContain(word);
});

/** The script. */
async function drive(page: Page, server: MockServer, client: string): Promise<Steps> {
  const steps: Steps = {};
  const outcomesOf: Steps = {};
  const act = (name: Parameters<SideBySidePage["act"]>[0]) => page.evaluate((name) => sideBySide.act(name), name);
  let marks = 0;
  /** Everything that was sent so far has come. */
  const settled = async (session: MockSession) => {
    session.send({ type: "response.data", turn_id: "mark", content: { mark: ++marks } });
    await page.waitForFunction((count) => sideBySide.marks() >= count, marks);
  };
  /** What was called back since, up to the lines that end it. */
  const take = async (step: string, ...until: string[]) => {
    const called: string[] = [];
    const outcomes: string[] = [];
    const hasCome = async () => {
      const taken = await page.evaluate(() => sideBySide.take());
      called.push(...taken.called);
      outcomes.push(...taken.outcomes);
      const lines = [...called, ...outcomes];
      return until.every((end) => lines.some((line) => line.includes(end)));
    };
    await expect.poll(hasCome).toBe(true);
    steps[step] = [...(steps[step] ?? []), ...called];
    outcomesOf[step] = [...(outcomesOf[step] ?? []), ...outcomes];
  };
  const properties = async (step: string) => {
    steps[step] = [await page.evaluate(() => sideBySide.properties())];
  };
  const connected = async (step: string) => {
    const next = server.waitForSession({ timeoutMs: 15_000 });
    await act("connect");
    const session = await next;
    await session.waitFor("client.ready", { timeoutMs: 15_000 });
    await settled(session);
    await take(step, "onConnect", "connect: resolved");
    return session;
  };

  await installScriptedMicrophone(page);
  await page.route(
    (url) => url.origin !== server.url && url.protocol.startsWith("http"),
    (route) => route.abort(),
  );
  await page.goto(`${server.url}?client=${client}`);
  // Without a gesture there is no sound.
  await page.mouse.click(5, 5);
  await take("made");
  await properties("made: properties");

  const session = await connected("connect()");
  await properties("connect(): properties");

  session.send({ type: "turn.start", role: "assistant", turn_id: "a1" });
  session.send({ type: "response.text", content: "Hello there", turn_id: "a1" });
  session.send({ type: "response.data", content: { page: 2 }, turn_id: "a1" });
  session.send({ type: "response.text.delta", content: "Hello", turn_id: "a1" });
  await settled(session);
  await take("the agent's turn, without sound");

  session.send(sound("a1", 2000));
  await take("… its sound begins", "onAgentSpeakingChange true");
  session.send({ type: "response.end", turn_id: "a1" });
  await take("… and ends", "replay_finished");

  session.send({ type: "turn.start", role: "assistant", turn_id: "a2" });
  session.send(sound("a2", 8000));
  await take("the agent's turn, with sound", "onAgentSpeakingChange true");
  session.send({ type: "turn.start", role: "user", turn_id: "u1" });
  await take("the user interrupts", "onMessage turn.start", "replay_finished");

  session.send({ type: "user.transcript.interim_delta", content: "I", turn_id: "u1", delta_counter: 0 });
  session.send({ type: "user.transcript.delta", content: "I say", turn_id: "u1", delta_counter: 0 });
  session.send({ type: "user.transcript", content: "I say", turn_id: "u1" });
  session.send({ type: "turn.end", role: "user", turn_id: "u1" });
  await settled(session);
  await take("the user's transcript and end of turn");

  session.send({ type: "turn.end", role: "assistant", turn_id: "a2" });
  session.send({ type: "future.thing" } as never);
  await settled(session);
  await take("the end of the agent's turn, and a type that nobody knows");

  for (const action of ["text", "data", "mute", "unmute", "silence", "sound", "deaf", "hear"] as const) {
    await act(action);
    await take(action, `${action}: resolved`);
    await settled(session);
    await take(action);
  }

  await act("disconnect");
  await take("disconnect()", "disconnect: resolved");
  await properties("disconnect(): properties");
  await act("text");
  await take("a message without a connection", "text:");

  const again = await connected("connect() again");
  again.close(1000, "done");
  await take("the server ends it", "onDisconnect");

  await page.route("**/api/authorize", (route) =>
    route.fulfill({ status: 402, json: { error: "insufficient_balance" } }),
  );
  await act("connect");
  await take("connect() that is refused with 402", "connect: re");
  await properties("connect() that is refused with 402: properties");
  await page.unroute("**/api/authorize");

  await answerMicrophone(page, { answer: "deny" });
  await act("connect");
  await take("connect() without leave for the microphone", "connect: re");
  // Last in their step: whether a promise settles before the server's answer comes is left to chance.
  for (const [step, outcomes] of Object.entries(outcomesOf)) steps[step] = [...(steps[step] ?? []), ...outcomes];
  return steps;
}

/** So many milliseconds of a tone. */
function sound(turnId: string, milliseconds: number) {
  const samples = Int16Array.from({ length: milliseconds * 16 }, (_, index) => 8000 * Math.sin(index / 6));
  const content = Buffer.from(samples.buffer).toString("base64");
  return { type: "response.audio", turn_id: turnId, delta_id: `${turnId}-1`, content } as const;
}

function tableOf(found: readonly Difference[]): string {
  const rows = found.map(({ step, theirs, ours }) => `| ${step} | ${theirs.join("<br>")} | ${ours.join("<br>")} |`);
  return ["| | `@layercode/js-sdk` | `@layercode/core` |", "|---|---|---|", ...rows].join("\n");
}

async function buildPage(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "layercode-side-by-side-"));
  await build({
    entryPoints: [fileURLToPath(new URL("./side-by-side-page.ts", import.meta.url))],
    outdir: directory,
    bundle: true,
    splitting: true,
    format: "esm",
    logLevel: "error",
  });
  const html = `<!doctype html><html lang="en"><title>Side by side</title><script type="module" src="/side-by-side-page.js"></script></html>`;
  await writeFile(join(directory, "index.html"), html);
  return directory;
}
