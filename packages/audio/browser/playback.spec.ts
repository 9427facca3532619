import { createPlayer } from "../test/player.js";
import { noise } from "../test/signals.js";
import { expect, test } from "./fixtures.js";

const sampleRate = 48000;
const seconds = 1.2;

/** What is said to the player, and after which frame. The pure half takes the same. */
const reply = Array.from(noise(12000), (sample) => Math.round(sample * 20000));
const schedule = [
  { block: 2, type: "enqueue", turnId: "a", deltaId: "1", from: 0, to: 3211 },
  { block: 40, type: "enqueue", turnId: "a", deltaId: "2", from: 3211, to: 5000 },
  { block: 60, type: "pause" },
  { block: 75, type: "resume" },
  { block: 90, type: "gain", gain: 0.3 },
  // It has run dry by then, and waits for what such a gap lacks: 240 ms.
  { block: 180, type: "enqueue", turnId: "a", deltaId: "3", from: 5000, to: 7300 },
  { block: 290, type: "gain", gain: 1 },
  { block: 300, type: "interrupt", latency: 0.01 },
  { block: 300, type: "enqueue", turnId: "b", deltaId: "1", from: 7300, to: 12000 },
  { block: 300, type: "end", turnId: "b" },
] as const;

const names = {
  plain: ["started", "started", "underrun", "started", "interrupted", "started", "finished"],
  // What comes late is enough to go on with: it underruns again before the interruption, which finds nothing to stop.
  adaptive: ["started", "started", "underrun", "started", "underrun", "started", "finished"],
} as const;

type Step = (typeof schedule)[number];

for (const playout of ["adaptive", "plain"] as const) {
  test(`in the browser's engine the worklet renders bit for bit what its pure half renders in Node: ${playout}`, async ({
    open,
    engine,
  }) => {
    test.skip(
      engine === "firefox",
      "Firefox has no OfflineAudioContext.suspend(): nothing can be said in mid-rendering.",
    );
    const page = await open();
    const { samples, reports } = await page.evaluate(renderOffline, { schedule, reply, sampleRate, seconds, playout });

    const player = createPlayer(sampleRate, playout);
    for (let block = 0; block < (seconds * sampleRate) / 128; block++) {
      for (const step of schedule.filter((step) => step.block === block)) obey(player, step);
      player.play(128 / sampleRate);
    }
    expect(player.names()).toEqual(names[playout]);
    // What was stretched and concealed, the worklet alone counts to turns.
    const figures = { stretchedMs: expect.any(Number), concealedMs: expect.any(Number) };
    expect(reports).toEqual(
      player.events.map(([, value]) => (typeof value === "string" ? value : { ...value, ...figures })),
    );
    expect(reports.at(-1)).toMatchObject({ turnId: "b", concealedMs: 0 });
    // Some engines' answers know no negative zero.
    const unsigned = (heard: number[]) => heard.map((sample) => sample + 0);
    expect(unsigned(samples)).toEqual(unsigned(player.heard));
  });
}

function obey(player: ReturnType<typeof createPlayer>, step: Step): void {
  switch (step.type) {
    case "enqueue":
      return player.enqueue(Int16Array.from(reply.slice(step.from, step.to)), step.turnId, step.deltaId);
    case "end":
      return player.end(step.turnId);
    case "interrupt":
      return player.interrupt(step.latency);
    case "gain":
      return player.setGain(step.gain);
    default:
      return player[step.type]();
  }
}

interface Rendering {
  schedule: readonly Step[];
  reply: readonly number[];
  sampleRate: number;
  seconds: number;
  playout: "adaptive" | "plain";
}

/** Runs in the page: says everything at its frame, with the context held until it has arrived. */
async function renderOffline({ schedule, reply, sampleRate, seconds, playout }: Rendering) {
  const context = new OfflineAudioContext(1, seconds * sampleRate, sampleRate);
  await context.audioWorklet.addModule("/dist/worklet.js");
  const node = new AudioWorkletNode(context, "layercode-player", {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: { sampleRate: 16000, gain: 1, playout },
  });
  node.connect(context.destination);
  const reports: unknown[] = [];
  let arrived = () => {};
  node.port.onmessage = ({ data }) => {
    if (data.type === "position") arrived();
    else reports.push(data.turnId ?? data.position ?? data.positions.rendered);
  };
  const bytes = new Map<string, number>();
  const say = (step: Step) => {
    if (step.type !== "enqueue") return node.port.postMessage(step);
    const byteOffset = bytes.get(step.turnId) ?? 0;
    bytes.set(step.turnId, byteOffset + (step.to - step.from) * 2);
    node.port.postMessage({ ...step, pcm: Int16Array.from(reply.slice(step.from, step.to)), byteOffset });
  };
  for (const block of new Set(schedule.map((step) => step.block))) {
    context.suspend((block * 128) / sampleRate).then(async () => {
      for (const step of schedule) if (step.block === block) say(step);
      // An answer says that whatever was said before is there.
      const answered = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      node.port.postMessage({ type: "position", latency: 0 });
      await answered;
      context.resume();
    });
  }
  const buffer = await context.startRendering();
  // What it reported last is still on its way.
  const answered = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  node.port.postMessage({ type: "position", latency: 0 });
  await answered;
  return { samples: [...buffer.getChannelData(0)], reports };
}
