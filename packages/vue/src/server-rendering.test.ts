// @vitest-environment node

import { expect, onTestFinished, test, vi } from "vitest";
import { createSSRApp, defineComponent, effectScope, h, resolveDirective, withDirectives } from "vue";
import { renderToString } from "vue/server-renderer";
import { createWorld, settle } from "../test/world.js";
import {
  AudioVisualizer,
  createLayercode,
  injectLayercode,
  MicrophoneSelect,
  provideLayercode,
  SpeakerSelect,
  useAudioLevel,
  useLayercodeAgent,
  usePushToTalk,
  useSpokenText,
  useStats,
  useTranscript,
  vPushToTalk,
} from "./index.js";

const page = defineComponent({
  setup() {
    const agent = injectLayercode();
    const messages = useTranscript();
    const { button, isPressed } = usePushToTalk({ key: "F2" });
    useAudioLevel(() => {});
    const spoken = useSpokenText();
    return () => [
      h(
        "p",
        `${agent.status.value} ${agent.userAudioAmplitude.value} ${agent.inputDeviceListError.value} ${spoken.value}`,
      ),
      h(
        "ol",
        messages.value.map(({ id, text }) => h("li", { key: id }, text)),
      ),
      h("button", button.value, String(isPressed.value)),
      withDirectives(h("button", { type: "button" }), [[resolveDirective("push-to-talk")!]]),
      h(MicrophoneSelect),
      h(SpeakerSelect),
      h(AudioVisualizer),
    ];
  },
});

test("rendered on a server, nothing is touched and nothing opened", async () => {
  const touched: string[] = [];
  for (const name of ["navigator", "WebSocket", "fetch"]) vi.stubGlobal(name, forbidden(name, touched));
  const world = createWorld();
  const app = createSSRApp(page).directive("push-to-talk", vPushToTalk).use(createLayercode(world.options));
  const html = await renderToString(app);
  await vi.dynamicImportSettled();
  await settle();
  vi.unstubAllGlobals();
  expect(touched).toEqual([]);
  expect(world.requests).toEqual([]);
  expect(html).toContain("<p>disconnected 0 null null</p>");
  expect(html).toContain('<button type="button" aria-pressed="false">false</button><button type="button"></button>');
  expect(html).toContain("Loading microphones…");
  expect(html).toContain('<canvas role="img" aria-label="Loudness of the agent"></canvas>');
});

test("outside of a component, as in a plugin of Nuxt, nothing is begun on a server either", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const world = createWorld();
  const scope = effectScope();
  scope.run(() => {
    const agent = useLayercodeAgent(world.options);
    useAudioLevel(() => {}, { agent });
    useSpokenText(agent);
    useStats({}, agent);
  });
  await settle();
  expect(vi.getTimerCount()).toBe(0);
  scope.stop();
});

test("a conversation from before is rendered on the server", async () => {
  const { options } = createWorld();
  const initialMessages = [
    { id: "1", turnId: "t", role: "assistant", text: "Welcome back", status: "final", createdAt: 0 } as const,
  ];
  const child = {
    setup: () => ({ messages: useTranscript() }),
    template: "<li v-for='m in messages'>{{ m.text }}</li>",
  };
  const app = createSSRApp({
    setup() {
      provideLayercode(useLayercodeAgent({ ...options, initialMessages }));
      return () => h(child);
    },
  });
  expect(await renderToString(app)).toContain("<li>Welcome back</li>");
});

/** A global that notes every use. */
function forbidden(name: string, touched: string[]) {
  const note = () => {
    touched.push(name);
    return undefined;
  };
  return new Proxy(() => {}, { get: note, apply: note, construct: () => ({ used: note() }) });
}
