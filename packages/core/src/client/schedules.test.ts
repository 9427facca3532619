import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPlayground, type Playground } from "../../test/playground.js";
import { audioContent, deferred, settle } from "../../test/world.js";

vi.mock("@layercode/audio");

// How many schedules are tried; `SCHEDULE="seed/path"`, which a failure prints, tries that one again.
const runs = Number(process.env.SCHEDULES ?? 1000);
const [replayedSeed, replayedPath] = process.env.SCHEDULE?.split("/") ?? [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const drop = (code: number, wasClean: boolean) => (it: Playground) => isUp(it) && it.socket?.drop(code, "", wasClean);
const answers = (status: number) => (it: Playground) => {
  it.answerWith(async () => Response.json({ error: "No." }, { status }));
};
const advance = (ms: number) => () => vi.advanceTimersByTime(ms);

// What an app does, and what the world does to it; each may come at any time.
const actions: Record<string, (it: Playground) => unknown> = {
  connect: (it) => watch(it, it.client.connect()),
  "connect with a signal": (it) => watch(it, it.client.connect({ signal: it.abort.signal })),
  "the signal fires": (it) => {
    it.abort.abort();
    it.abort = new AbortController();
  },
  disconnect: (it) => watch(it, it.client.disconnect()),
  prepare: (it) => watch(it, it.client.prepare()),
  "microphone on": (it) => watch(it, it.client.setAudioInput(true)),
  "microphone off": (it) => watch(it, it.client.setAudioInput(false)),
  "sound on": (it) => watch(it, it.client.setAudioOutput(true)),
  "sound off": (it) => watch(it, it.client.setAudioOutput(false)),
  "another microphone is chosen": (it) => {
    const chosen = it.client.getSnapshot().preferredInputDeviceId === "usb" ? null : "usb";
    watch(it, it.client.setPreferredInputDevice(chosen));
  },
  "another loudspeaker is chosen": (it) => watch(it, it.client.setOutputDevice("hdmi")),
  "the loudspeaker answers": ({ speaker }) => speaker.devices.at(-1)?.changing.resolve(),
  "options without sound": ({ client, options }) =>
    client.setOptions({ ...options, audioInput: false, audioOutput: false }),
  "options of another conversation": ({ client, options }) =>
    client.setOptions({ ...options, conversationId: "lc_conv_2" }),
  "options that mend nothing": ({ client, options }) => client.setOptions({ ...options, reconnect: false }),
  "metadata that never comes": ({ client, options }) =>
    client.setOptions({ ...options, metadata: () => new Promise(() => {}) }),
  "options as before": ({ client, options }) => client.setOptions(options),
  mute: ({ client }) => client.mute(),
  unmute: (it) => watch(it, it.client.unmute()),
  press: (it) => watch(it, it.client.triggerUserTurnStarted()),
  release: (it) => watch(it, it.client.triggerUserTurnFinished()),
  text: (it) => watch(it, it.client.sendClientResponseText(`text ${it.count++}`)),
  data: (it) => watch(it, it.client.sendClientResponseData({ data: it.count++ })),
  "authorization hangs": (it) => {
    it.answerWith(() => new Promise(() => {}));
  },
  "authorization is slow": (it) => {
    it.answerWith(() => new Promise((resolve) => it.late.push(() => resolve(it.wellBehaved()))));
  },
  "a slow authorization comes": ({ late }) => late.shift()?.(),
  "authorization is refused": answers(401),
  "authorization fails": answers(503),
  "authorization works": (it) => {
    it.answerWith(it.wellBehaved);
  },
  "there is sound, or none": (it) => {
    it.hasSound = !it.hasSound;
  },
  "microphone opens": ({ microphone }) => microphone.starts.at(-1)?.opening.resolve(),
  "microphone is denied": ({ microphone }) => microphone.starts.at(-1)?.opening.reject(new Error("Denied.")),
  "microphone is unplugged": ({ microphone }) => microphone.starts.at(-1)?.events.onEnded(new Error("Gone.")),
  "an earlier microphone is unplugged": ({ client, microphone }) => {
    const before = client.getSnapshot();
    microphone.starts.at(-2)?.events.onEnded(new Error("Gone."));
    expect(client.getSnapshot()).toBe(before);
  },
  "microphone hears": (it) => {
    const { pushToTalk } = it.client.getSnapshot();
    it.count++;
    // What nobody pressed for, of an agent that listens only then, is heard by nobody.
    if (it.isPushToTalk && !pushToTalk.pressed) it.private.add(it.count);
    it.microphone.hearFrame(11, it.count);
  },
  "an earlier microphone hears": (it) => {
    it.private.add(++it.count);
    it.microphone.starts.at(-2)?.events.onFrame({ pcm: new Int16Array(160).fill(it.count), time: 11 });
  },
  "tail hangs": ({ microphone }) => {
    microphone.flushing = new Promise(() => {});
  },
  "sound opens slowly": ({ speaker }) => {
    speaker.opening = deferred();
  },
  "sound opens": ({ speaker }) => speaker.opening?.resolve(),
  "sound fails": ({ speaker }) => speaker.opening?.reject(new Error("No worklet.")),
  "socket opens": (it) => it.socket?.open(),
  "an old socket speaks": ({ sockets }) => sockets[0]?.says({ type: "turn.start", role: "assistant", turn_id: "old" }),
  "an old socket closes": ({ sockets }) => sockets.length > 1 && sockets[0]?.drop(1006),
  "server starts a turn": (it) => {
    if (!isOpen(it)) return;
    it.turnId = `a${++it.count}`;
    it.said = null;
    it.socket?.says({ type: "turn.start", role: "assistant", turn_id: it.turnId });
  },
  "server speaks": (it) => {
    if (!isOpen(it)) return;
    const delta_id = `d${++it.count}`;
    const message = { type: "response.audio", turn_id: it.turnId, content: audioContent(8), delta_id };
    it.said = { message, socket: it.sockets.length, conversation: it.conversation };
    it.socket?.says(message);
  },
  "server says it again on another connection": (it) => {
    const { said } = it;
    if (isOpen(it) && said && said.conversation === it.conversation && said.socket < it.sockets.length)
      it.socket?.says(said.message);
  },
  "server writes": (it) => says(it, { type: "response.text", turn_id: it.turnId, content: "So many words." }),
  "server ends": (it) => says(it, { type: "response.end", turn_id: it.turnId }),
  "server hears the user": (it) => says(it, { type: "turn.start", role: "user", turn_id: "u" }),
  "server understands": (it) => says(it, { type: "user.transcript", turn_id: "u", content: "text 1" }),
  "player starts": (it) => it.speaker.events?.onStarted(it.turnId),
  "player runs dry": (it) => it.speaker.events?.onUnderrun(it.speaker.at(it.turnId)),
  "player finishes": (it) => it.speaker.events?.onFinished(it.speaker.at(it.turnId)),
  "player was interrupted": (it) =>
    it.speaker.events?.onInterrupted(it.speaker.at(it.turnId), it.speaker.at(it.turnId)),
  "an earlier player was interrupted": (it) => {
    const { starts } = it.speaker;
    starts.at(-2)?.onInterrupted(it.speaker.at(it.turnId), it.speaker.at(it.turnId));
  },
  "the last player of an earlier session finishes": (it) => it.speaker.starts[0]?.onFinished(it.speaker.at(it.turnId)),
  "connection is cut": drop(1006, false),
  "connection is cut again": drop(1006, false),
  "server goes away": drop(1001, true),
  "server fails": drop(1011, true),
  "server refuses": drop(1008, true),
  "server closes": drop(1000, true),
  "connection is closing": (it) => isOpen(it) && it.socket && Object.assign(it.socket, { readyState: 2 }),
  "socket cannot be opened": (it) => it.socket?.readyState === 0 && it.socket.drop(1006),
  "network goes": ({ page }) => page.goOffline(),
  "network comes": ({ page }) => page.goOnline(),
  "network is slow": (it) => it.socket && Object.assign(it.socket, { bufferedAmount: 50_000 }),
  "page is hidden": ({ page }) => page.hide(),
  "page is shown": ({ page }) => page.show(),
  "another tab speaks": ({ page }) => page.anotherTabSpeaks(),
  "a moment passes": advance(250),
  "a second passes": advance(1000),
  "ten seconds pass": advance(10_000),
  "a minute passes": advance(60_000),
};

function watch({ pending }: Playground, call: Promise<void>): void {
  pending.add(call);
  const done = () => pending.delete(call);
  call.then(done, done);
}

function isOpen({ socket }: Playground): boolean {
  return socket?.readyState === 1;
}

/** Open, or closing and nobody was told. */
function isUp({ socket }: Playground): boolean {
  return socket?.readyState === 1 || socket?.readyState === 2;
}

function says(it: Playground, message: object): void {
  if (isOpen(it)) it.socket?.says(message);
}

function expectConsistent(it: Playground): void {
  const { client, held } = it;
  const state = client.getSnapshot();
  const { status } = state;
  expect(held.sockets).toBeLessThanOrEqual(1);
  if (status === "connected") expect(isUp(it)).toBe(true);
  if (status === "connected" && isOpen(it)) expect(it.socket?.types[0]).toBe("client.ready");
  // A server may speak as soon as the socket is open, also while the microphone still opens.
  if (!isUp(it)) expect([state.turn, state.agentSpeaking]).toEqual([null, false]);
  if (status !== "connected") expect(state.agentState).toBe("idle");
  if (!isUp(it) && status !== "reconnecting" && status !== "connecting")
    expect([state.userSpeaking, state.pushToTalk.pressed]).toEqual([false, false]);
  expect(state.reconnecting !== null).toBe(status === "reconnecting");
  // What a later call overtook is told to who waits for it, and is nobody's error.
  expect(state.error?.message ?? "").not.toMatch(/stopped|overtook/);
  if (held.microphone) expect(state.audioInput).toBe(true);
  if (held.speaker) expect(state.audioOutput).toBe(true);
  if (state.userSpeaking) expect(state.audioInput && !state.isMuted).toBe(true);
  if (status === "error") expect(state.error).not.toBeNull();
  const isOver = status === "disconnected" || status === "error";
  if (isOver) expect(state.messages.some((message) => message.status === "interim")).toBe(false);
  for (const { text, status, heardText } of state.messages)
    if (heardText !== undefined) expect([status, text.startsWith(heardText)]).toEqual(["interrupted", true]);
  if (isOver) expect(state.messages.some(({ delivery }) => delivery === "queued")).toBe(false);
}

/** What must hold of all that was written and played, whatever happened. */
function expectOnce({ sockets, speaker, private: unheard }: Playground): void {
  for (const { types } of sockets) {
    expect(types.indexOf("client.ready")).toBe(types.length === 0 ? -1 : 0);
    expect(types.lastIndexOf("client.ready")).toBe(types.indexOf("client.ready"));
    const turns = types.filter((type) => String(type).startsWith("trigger.turn"));
    expect(turns).toEqual(turns.map((_, n) => `trigger.turn.${n % 2 === 0 ? "start" : "end"}`));
  }
  const sent = sockets.flatMap((socket) => socket.sent);
  const [texts, data, frames] = (["client.response.text", "client.response.data", "client.audio"] as const).map(
    (kind) => sent.filter(({ type }) => type === kind).map((message) => JSON.stringify(message)),
  );
  const values = sent.filter(({ type }) => type === "client.audio").map(({ content }) => firstSample(String(content)));
  expect(values.filter((value) => unheard.has(value))).toEqual([]);
  for (const written of [texts, data, frames]) expect(written).toEqual([...new Set(written)]);
  const played = speaker.done.filter((what) => what.startsWith("enqueue"));
  expect(played).toEqual([...new Set(played)]);
}

function firstSample(content: string): number {
  return Buffer.from(content, "base64").readInt16LE(0);
}

type Happening = [action: string, waits: boolean];

// What seldom comes about by chance, and has much to go wrong in it.
const phrases = [
  ["server starts a turn", "server speaks", "player starts"],
  ["server ends", "player finishes"],
  ["connection is cut", "ten seconds pass", "socket opens"],
  [
    "server speaks",
    "connection is cut",
    "ten seconds pass",
    "socket opens",
    "server says it again on another connection",
  ],
  ["text", "data", "text", "ten seconds pass", "socket opens"],
  ["connect", "press", "microphone opens", "microphone hears", "socket opens", "microphone hears", "release"],
  ["another microphone is chosen", "an earlier microphone hears", "microphone opens", "an earlier microphone hears"],
  ["connect", "microphone opens", "microphone hears", "press", "microphone hears", "release", "socket opens"],
  ["server starts a turn", "server speaks", "disconnect", "player was interrupted", "connect", "socket opens"],
  ["server speaks", "disconnect", "connect", "socket opens", "server says it again on another connection"],
  ["server hears the user", "server understands", "ten seconds pass", "socket opens"],
  ["press", "microphone hears", "tail hangs", "release", "microphone hears", "a second passes"],
  ["press", "microphone hears", "connection is cut", "microphone hears", "ten seconds pass"],
  ["connection is cut", "connect", "socket opens", "a minute passes"],
  ["text", "ten seconds pass", "ten seconds pass", "socket opens"],
  ["connection is closing", "text", "data", "server goes away", "ten seconds pass", "socket opens"],
  ["network goes", "server fails", "network comes", "socket opens"],
].map((names) => names.map((name): Happening => [name, true]));

const somethingHappens = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...Object.keys(actions)), fc.boolean()).map((one) => [one]) },
  { weight: 1, arbitrary: fc.constantFrom(...phrases) },
);
const isConnected = ["connect", "microphone opens", "socket opens"].map((name): Happening => [name, true]);
const schedules = fc
  .tuple(fc.boolean(), fc.array(somethingHappens, { maxLength: 30 }))
  .map(([begins, rest]): Happening[] => [...(begins ? isConnected : []), ...rest.flat()]);

async function takePlace(steps: Happening[], isPushToTalk: boolean, chance: number, disposes: boolean) {
  // A schedule that leaked must not be counted against the next one.
  vi.clearAllTimers();
  vi.spyOn(Math, "random").mockReturnValue(chance);
  const it = createPlayground(isPushToTalk);
  // State first: whatever anybody is shown agrees with itself, and with the world.
  it.client.subscribe(() => {
    try {
      expectConsistent(it);
    } catch (error) {
      it.violations.push(error);
    }
  });
  for (const [name, waits] of steps) {
    actions[name]!(it);
    if (!waits) continue;
    await settle();
    expectConsistent(it);
  }
  await (disposes ? it.client.dispose() : it.client.disconnect());
  it.microphone.starts.at(-1)?.opening.resolve();
  it.speaker.opening?.resolve();
  for (const { changing } of it.speaker.devices) changing.resolve();
  for (const come of it.late) come();
  await settle();
  expectConsistent(it);
  expect(it.client.status).toBe("disconnected");
  expectOnce(it);
  expect(it.violations).toEqual([]);
  expect(it.held).toEqual({ sockets: 0, microphone: false, speaker: false });
  expect(it.contexts.size).toBe(0);
  expect(it.pending.size).toBe(0);
  expect(it.sessions).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  expect([it.page.listeners, it.page.screenLocks, it.page.speakers]).toEqual([0, 0, 0]);
  if (disposes) return;

  it.answerWith(it.wellBehaved);
  it.speaker.opening = null;
  it.hasSound = true;
  it.client.setOptions({ ...it.options, audioInput: false });
  await it.client.setAudioInput(false);
  const connecting = it.client.connect();
  await settle();
  it.socket?.open();
  await connecting;
  expect(it.client.getSnapshot()).toMatchObject({ status: "connected", error: null });
  await it.client.disconnect();
  await settle();
}

it("whatever happens in whatever order, nothing is left after disconnect(), and a new connect() works", async () => {
  const property = fc.asyncProperty(
    schedules,
    fc.boolean(),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    fc.boolean(),
    takePlace,
  );
  const replayed = replayedSeed ? { seed: Number(replayedSeed), path: replayedPath ?? "", endOnFailure: true } : {};
  const details = await fc.check(property, { numRuns: runs, ...replayed });
  if (!details.failed) return;
  const command = `SCHEDULE="${details.seed}/${details.counterexamplePath}" npx vitest run src/client/schedules.test.ts`;
  throw new Error(`${fc.defaultReportMessage(details)}\n\nOnly this one again, in packages/core:\n  ${command}\n`, {
    cause: details.errorInstance,
  });
}, 600_000);
