import { automaticConfig, createWorld as createAnyWorld, FakePositionedSpeaker } from "@layercode/client-testing";
import { memo } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { acting, render } from "../test/rendered.js";
import {
  LayercodeProvider,
  spokenTextOf,
  type UseLayercodeAgentReturn,
  useLayercodeAgent,
  useSpokenText,
  useTranscript,
} from "./index.js";

const story = "Once upon a time there was a fox. It lived in a forest, and it was as clever as a fox can be.";
const seconds = 6;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** How often each component rendered. */
let renders: Record<string, number>;
let agent: UseLayercodeAgentReturn;
const count = (name: string) => {
  renders[name] = (renders[name] ?? 0) + 1;
};

/** Shows the transcript, and does not ask what was heard of it. */
const Messages = memo(function Messages() {
  count("messages");
  return <p id="messages">{useTranscript().map(({ text }) => text)}</p>;
});

const Status = memo(function Status() {
  count("status");
  return <p>{agent.client.status}</p>;
});

const Spoken = memo(function Spoken() {
  count("spoken");
  const spoken = useSpokenText();
  return <p id="spoken">{useTranscript().map((message) => spokenTextOf(message, spoken))}</p>;
});

/** The page's conversation, in which the agent begins to say the story. */
async function createScene({ isRead }: { isRead: boolean }) {
  renders = {};
  const speaker = new FakePositionedSpeaker();
  const world = createAnyWorld({ agentConfig: automaticConfig, speaker });
  function Page({ isRead }: { isRead: boolean }) {
    count("page");
    agent = useLayercodeAgent(world.options);
    return (
      <LayercodeProvider agent={agent}>
        <Status />
        <Messages />
        {isRead && <Spoken />}
      </LayercodeProvider>
    );
  }
  const rendered = await render(<Page isRead={isRead} />);
  await acting(() => world.connect(agent));
  await acting(() => {
    world.server.agentStarts("a1");
    world.server.text("a1", story);
    world.server.audio("a1", undefined, seconds * 16_000);
    world.server.ends("a1");
    speaker.events?.onStarted("a1");
  });
  return {
    rendered,
    world,
    speaker,
    show: (isRead: boolean) => rendered.render(<Page isRead={isRead} />),
    /** The player goes on from one ms to the other. */
    async plays(from: number, to: number) {
      for (let ms = from; ms < to; ms += 20)
        await acting(() => {
          speaker.heard = speaker.at("a1", null, ms);
          vi.advanceTimersByTime(20);
        });
    },
  };
}

test("a component that reads it renders ten times a second at most, and no other renders more", async () => {
  const unread = await createScene({ isRead: false });
  const idle = { ...renders };
  await unread.plays(0, 3000);
  expect(renders).toEqual(idle);
  expect(unread.speaker.questions).toBe(0);
  await unread.rendered.unmount();

  const scene = await createScene({ isRead: true });
  const { spoken: before = 0, ...others } = { ...renders };
  await scene.plays(0, 3000);
  const { spoken: after = 0, ...othersAfter } = renders;
  expect(othersAfter).toEqual(others);
  expect(after - before).toBeGreaterThan(5);
  expect(after - before).toBeLessThanOrEqual(30);
  expect(scene.rendered.find("#spoken").textContent).toMatch(/^Once upon a time there was a fox\. It\b/);
  expect(scene.rendered.find("#messages").textContent).toBe(story);
});

test("the player is asked no more once nobody reads, and is read on by who comes back", async () => {
  const scene = await createScene({ isRead: true });
  await scene.plays(0, 1000);
  await scene.show(false);
  const { questions } = scene.speaker;
  await scene.plays(1000, 2000);
  expect(scene.speaker.questions).toBe(questions);
  await scene.show(true);
  await scene.plays(2000, 2200);
  expect(scene.rendered.find("#spoken").textContent).toContain("there was");
  await acting(() => {
    scene.speaker.events?.onFinished(scene.speaker.at("a1", null, seconds * 1000));
    vi.advanceTimersByTime(200);
  });
  expect(scene.rendered.find("#spoken").textContent).toBe(story);
});
