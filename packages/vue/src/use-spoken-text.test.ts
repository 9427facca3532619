import { automaticConfig, createWorld as createAnyWorld, FakePositionedSpeaker } from "@layercode/client-testing";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { effectScope, h, nextTick, ref } from "vue";
import { mounted } from "../test/mounted.js";
import { useLayercodeAgent, useSpokenText } from "./index.js";

const story = "Once upon a time there was a fox.";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("useSpokenText follows the voice while its component is on the page", async () => {
  const speaker = new FakePositionedSpeaker();
  const world = createAnyWorld({ agentConfig: automaticConfig, speaker });
  const scope = effectScope();
  onTestFinished(() => scope.stop());
  const agent = scope.run(() => useLayercodeAgent(world.options))!;
  await world.connect(agent);
  let renders = 0;
  const Spoken = {
    setup() {
      const spoken = useSpokenText(agent);
      return () => h("p", [`${spoken.value?.text}`, (() => void renders++)()]);
    },
  };
  const isShown = ref(true);
  const { target } = mounted(() => (isShown.value ? h(Spoken) : null));
  expect(target.textContent).toBe("undefined");
  world.server.agentStarts("a1");
  world.server.text("a1", story);
  world.server.audio("a1", undefined, 2 * 16_000);
  world.server.ends("a1");
  speaker.events?.onStarted("a1");
  const plays = async (from: number, to: number) => {
    for (let ms = from; ms < to; ms += 20) {
      speaker.heard = speaker.at("a1", null, ms);
      vi.advanceTimersByTime(20);
      await nextTick();
    }
  };
  renders = 0;
  await plays(0, 1020);
  expect(target.textContent).toBe("Once upon a time");
  expect(renders).toBeLessThanOrEqual(11);
  isShown.value = false;
  await nextTick();
  const { questions } = speaker;
  await plays(1020, 1500);
  expect(speaker.questions).toBe(questions);
  isShown.value = true;
  await nextTick();
  await plays(1500, 1700);
  expect(target.textContent).toBe("Once upon a time there was a");
});
