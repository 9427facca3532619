import { automaticConfig, createWorld as createAnyWorld, FakePositionedSpeaker } from "@layercode/client-testing";
import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import Spoken from "../test/fixtures/Spoken.svelte";
import { mounted } from "../test/mounted.js";
import { useLayercodeAgent, useSpokenText } from "./index.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("useSpokenText follows the voice where it is read, and renders nothing else", async () => {
  const speaker = new FakePositionedSpeaker();
  const world = createAnyWorld({ agentConfig: automaticConfig, speaker });
  const agent = useLayercodeAgent(world.options);
  onTestFinished(() => agent.dispose());
  await world.connect(agent);
  const counts: Record<string, number> = {};
  const { text, destroy } = mounted(Spoken, {
    agent,
    rendered(part: string, shown: string) {
      counts[part] = (counts[part] ?? 0) + 1;
      return shown;
    },
  });
  world.server.agentStarts("a1");
  world.server.text("a1", "Once upon a time there was a fox.");
  world.server.audio("a1", undefined, 2 * 16_000);
  world.server.ends("a1");
  speaker.events?.onStarted("a1");
  flushSync();
  const plays = async (from: number, to: number) => {
    for (let ms = from; ms < to; ms += 20) {
      speaker.heard = speaker.at("a1", null, ms);
      vi.advanceTimersByTime(20);
      await Promise.resolve();
      flushSync();
    }
  };
  const before = { ...counts };
  await plays(0, 1020);
  expect(text("#spoken")).toBe("Once upon a time");
  expect(counts.messages).toBe(before.messages);
  expect((counts.spoken ?? 0) - (before.spoken ?? 0)).toBeLessThanOrEqual(11);
  // Outside of templates and effects it is a value of nobody's.
  await destroy();
  await Promise.resolve();
  const { questions } = speaker;
  await plays(1020, 1500);
  expect(speaker.questions).toBe(questions);
  expect(useSpokenText(agent).current).toBeNull();
});
