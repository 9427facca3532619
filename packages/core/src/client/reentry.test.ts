import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createPlayground, type Playground } from "../../test/playground.js";
import { callers, methods } from "../../test/reentry.js";
import { loadCode, settleLoaded } from "../../test/world.js";
import { createAgent } from "../bindings/agent.js";

vi.mock("@layercode/audio");

/** How often a callback calls its method: one that is called by what it does would do so for ever. */
const callLimit = 40;
const ends = ["dispose", "retire"] as const;
/** In `npm test` what opens or ends something, with one of the ends; where twenty times as many schedules are tried, everything. */
const isLong = Boolean(process.env.LONG);
const all = Object.keys(methods) as (keyof typeof methods)[];
const tried = isLong ? all : (["connect", "dispose", "setOptions", "setAudioInput"] as const);

beforeAll(loadCode);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
});
afterEach(() => {
  // Restored while time still stands: a spied clock would come back as the one that stood.
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Step = (scene: Playground) => unknown;

/** A session in which every caller of `callers` is called; what an earlier call made impossible is left out. */
const journey: (Step | "settle")[] = [
  ({ client }) => client.prepare(),
  ({ client }) => client.connect(),
  "settle",
  opens,
  "settle",
  says({ type: "turn.start", role: "assistant", turn_id: "a1" }),
  says({ type: "response.text", turn_id: "a1", content: "Good morning." }),
  says({ type: "response.audio", turn_id: "a1", content: "AQEBAQEB", delta_id: "d1" }),
  ({ speaker }) => speaker.events?.onStarted("a1"),
  () => vi.advanceTimersByTime(100),
  ({ speaker }) => speaker.events?.onQueueFull?.("a1"),
  ({ speaker }) => speaker.events?.onUnderrun(speaker.at("a1")),
  says({ type: "response.audio", turn_id: "a1", content: "AQEBAQEB", delta_id: "d2" }),
  ({ speaker }) => speaker.events?.onStarted("a1", 120),
  says({ type: "response.data", turn_id: "a1", content: { page: 1 } }),
  says({
    type: "response.data",
    turn_id: "a1",
    content: { layercode_tool_call: { id: "c1", name: "move", input: 1 } },
  }),
  "settle",
  says({ type: "turn.start", role: "user", turn_id: "u1" }),
  ({ speaker }) => speaker.events?.onInterrupted(speaker.at("a1"), speaker.at("a1")),
  says({ type: "user.transcript", turn_id: "u1", content: "Good morning." }),
  ({ client }) => client.triggerUserTurnStarted(),
  ({ client }) => client.triggerUserTurnFinished(),
  "settle",
  ({ client }) => client.sendClientResponseText("Hello."),
  ({ client }) => client.mute(),
  ({ client }) => client.unmute(),
  ({ client }) => client.mute({ hint: true }),
  ({ microphone }) => microphone.starts.at(-1)?.events.onSpeech?.({ type: "start", time: 11, held: null }),
  ({ microphone }) => microphone.starts.at(-1)?.events.onSpeech?.({ type: "end", time: 12 }),
  ({ client }) => client.unmute(),
  ({ client }) => client.setVolume(0.75),
  ({ client }) => client.setAudioOutput(!client.getSnapshot().audioOutput),
  ({ client }) => client.setAudioOutput(!client.getSnapshot().audioOutput),
  "settle",
  ({ client }) => client.setOutputDevice("hdmi"),
  "settle",
  ({ speaker }) => speaker.devices.at(-1)?.changing.resolve(),
  "settle",
  ({ microphone }) => microphone.starts.at(-1)?.events.onSilent?.(true),
  ({ microphone, socket }) => {
    // Full for longer than a burst needs, with more behind it than may wait.
    if (socket) socket.isSlow = true;
    for (let second = 0; second < 20; second++) {
      vi.advanceTimersByTime(250);
      microphone.hear({ pcm: new Int16Array(8000), time: 11 + second });
    }
  },
  ({ microphone }) => microphone.starts.at(-1)?.events.onEnded(new Error("Gone.")),
  ({ client }) => client.setAudioInput(true),
  opens,
  "settle",
  ({ socket }) => socket?.readyState === 1 && socket.drop(1006),
  () => vi.advanceTimersByTime(10_000),
  "settle",
  opens,
  "settle",
  ({ client }) => client.disconnect(),
  ({ client }) => client.connect(),
  "settle",
  opens,
  "settle",
  says({ type: "turn.start", role: "assistant", turn_id: "a2" }),
];

function opens({ microphone, socket }: Playground): void {
  microphone.starts.at(-1)?.opening.resolve();
  if (socket?.readyState === 0) socket.open();
}

function says(message: object) {
  return ({ socket }: Playground) => socket?.readyState === 1 && socket.says(message);
}

/** Goes through the journey while `caller` calls `method` whenever it is called; then the client ends, one way or the other. */
async function travel(caller: string, method: keyof typeof methods, end: (typeof ends)[number]) {
  vi.clearAllTimers();
  const scene = createPlayground(false);
  const { client, microphone, speaker } = scene;
  microphone.loudness = 0.5;
  speaker.loudness = 0.5;
  const thrown: unknown[] = [];
  vi.stubGlobal("reportError", (error: Error) => error.message === "the app's own" || thrown.push(error));
  const pending = new Set<Promise<unknown>>();
  const codes: unknown[] = [];
  const watch = (answer: unknown, tell = (_code: unknown) => {}) => {
    if (!(answer instanceof Promise)) return;
    pending.add(answer);
    answer.then(
      () => tell("done"),
      (error) => tell(error.code ?? error),
    );
    const settled = () => pending.delete(answer);
    answer.then(settled, settled);
  };
  let calls = 0;
  let isReacting = false;
  let hasEnded = false;
  let options = scene.options as Parameters<typeof client.setOptions>[0];
  const react = () => {
    calls++;
    if (isReacting || calls > callLimit) return;
    isReacting = true;
    const isLate = hasEnded;
    try {
      watch(methods[method](client, options), (code) => isLate && codes.push(code));
    } catch (error) {
      thrown.push(error);
    }
    isReacting = false;
  };
  options = { ...options, ...callers[caller]!(scene, react) };
  client.setOptions(options);

  for (const step of journey) {
    if (step === "settle") await settleLoaded();
    else watch(step(scene));
    expect(scene.held.sockets).toBeLessThanOrEqual(1);
  }
  const callsOnTheWay = calls;
  calls = 0;
  hasEnded = true;
  if (end === "dispose") await client.dispose();
  else createAgent(client).retire();
  await settleLoaded();
  // What comes late.
  opens(scene);
  for (const { changing } of speaker.devices) changing.resolve();
  vi.advanceTimersByTime(60_000);
  await settleLoaded();
  if (client.status !== "disconnected") throw new Error(`The client is ${client.status}.`);
  expect(scene.held).toEqual({ sockets: 0, microphone: false, speaker: false });
  expect([scene.contexts.size, vi.getTimerCount(), pending.size]).toEqual([0, 0, 0]);
  expect([scene.page.listeners, scene.page.screenLocks, scene.page.speakers]).toEqual([0, 0, 0]);
  expect(thrown).toEqual([]);
  return { callsOnTheWay, codes };
}

test.each(Object.keys(callers))("%s is called on the journey of this test", async (caller) => {
  const { callsOnTheWay } = await travel(caller, "getSnapshot", "dispose");
  expect(callsOnTheWay).toBeGreaterThan(0);
});

test.each(Object.keys(callers))("whichever method %s calls, nothing is left in the end", async (caller) => {
  const turn = Object.keys(callers).indexOf(caller);
  for (const [index, method] of tried.entries())
    for (const end of isLong ? ends : [ends[(turn + index) % 2]!])
      await travel(caller, method, end).catch((cause) => {
        throw new Error(`${caller} called ${method}(), and ${end}() ended it.`, { cause });
      });
});

test.each(["onDisconnect", "onStatusChange", 'on("disconnect")', 'on("status")', "subscribe()"])(
  "%s that connects again is refused from the first line of the end on",
  async (caller) => {
    for (const end of ends) {
      const { codes } = await travel(caller, "connect", end);
      expect(new Set(codes)).toEqual(new Set(["aborted"]));
    }
  },
);
