import { afterEach, expect, expectTypeOf, test, vi } from "vitest";
import { VoiceAgent } from "../test/react-sdk-migration.js";
import { acting, actingUntil, render } from "../test/rendered.js";
import { createWorld, nothingHeld, stubInputDevices } from "../test/world.js";
import type { MicrophoneSelectProps, UseLayercodeAgentOptions, UseLayercodeAgentReturn } from "./index.js";

// The names of @layercode/react-sdk 2.8.14, as its types have them. What is not there yet is said by name, so that whoever
// adds it takes it off the list.

type TheirOption =
  | "agentId"
  | "conversationId"
  | "authorizeSessionEndpoint"
  | "authorizeSessionRequest"
  | "metadata"
  | "onConnect"
  | "onDisconnect"
  | "onError"
  | "onDataMessage"
  | "onMuteStateChange"
  | "onMessage"
  | "onUserSpeakingChange"
  | "onAgentSpeakingChange"
  | "audioInput"
  | "audioOutput"
  | "enableVAD"
  | "onAudioInputChanged"
  | "onAudioOutputChanged"
  | "enableAmplitudeMonitoring"
  | "autoLoadInputDevices";

type TheirField =
  | "triggerUserTurnStarted"
  | "triggerUserTurnFinished"
  | "connect"
  | "disconnect"
  | "mute"
  | "unmute"
  | "sendClientResponseText"
  | "sendClientResponseData"
  | "setAudioInput"
  | "setAudioOutput"
  | "refreshInputDevices"
  | "selectInputDevice"
  | "status"
  | "userAudioAmplitude"
  | "agentAudioAmplitude"
  | "userSpeaking"
  | "agentSpeaking"
  | "isMuted"
  | "conversationId"
  | "audioInput"
  | "audioOutput"
  | "enableVAD"
  | "availableInputDevices"
  | "activeInputDeviceId"
  | "preferredInputDeviceId"
  | "isInputDeviceListLoading"
  | "inputDeviceListError";

type TheirProp = "agent" | "label" | "helperText" | "emptyLabel" | "containerClassName" | "autoRefresh" | "className";

test("has every option, field and prop of @layercode/react-sdk by its name", () => {
  expectTypeOf<Exclude<TheirOption, keyof UseLayercodeAgentOptions>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<TheirField, keyof UseLayercodeAgentReturn>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<TheirProp, keyof MicrophoneSelectProps>>().toEqualTypeOf<never>();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("an app written for @layercode/react-sdk runs as it is", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  stubInputDevices(["Headset", "Desk"]);
  const world = createWorld();
  vi.stubGlobal("fetch", world.options.fetch);
  const log: string[] = [];
  const { agentId: _, authorizeSessionEndpoint: __, fetch: ___, ...options } = world.options;
  const rendered = await render(<VoiceAgent options={options as never} log={(line) => log.push(line)} />);
  const click = (id: string) => acting(() => rendered.find(`#${id}`).click());
  const text = (id: string) => rendered.find(`#${id}`).textContent;
  expect(text("status")).toBe("Not connected yet");

  const opened = world.untilSocket();
  await click("connect");
  await acting(() => opened);
  await acting(() => world.socket.open());
  expect(text("status")).toBe("connected");
  expect(text("conversation")).toBe("lc_conv_1");
  expect(log).toContain("connect lc_conv_1 push_to_talk");

  await acting(() => void vi.advanceTimersByTime(200));
  expect(text("levels")).toBe("0.00 0.25");

  await acting(() => world.socket.says({ type: "turn.start", role: "assistant", turn_id: "t1" }));
  await acting(() => world.socket.says({ type: "response.text", content: "Hello", turn_id: "t1" }));
  await acting(() => world.socket.says({ type: "response.data", content: { page: 2 }, turn_id: "t1" }));
  expect(text("reply")).toBe("Hello");
  expect(log).toContain('data {"page":2}');

  await click("mute");
  expect(text("mute")).toBe("Unmute");
  await click("mute");
  expect(log.filter((line) => line.startsWith("muted"))).toEqual(["muted true", "muted false"]);

  for (const type of ["mousedown", "mouseup"])
    await acting(() => rendered.find("#talk").dispatchEvent(new MouseEvent(type, { bubbles: true })));
  expect(world.turns).toEqual(["trigger.turn.start", "trigger.turn.end"]);
  expect(log).toContain("user speaking true");

  await click("text");
  await click("data");
  expect(world.socket.sent.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["client.response.text", "client.response.data"]),
  );

  await click("input");
  expect(text("input")).toBe("Voice");
  expect(world.held.microphone).toBe(false);
  await click("output");
  expect(text("output")).toBe("Sound");
  expect(log).toEqual(expect.arrayContaining(["audio input false", "audio output false"]));

  await actingUntil(() => rendered.container.querySelectorAll("li").length === 3);
  await acting(() => rendered.find("li:nth-child(2) button").click());
  expect(rendered.find("li:nth-child(2)").textContent).toContain("(in use)");
  expect(rendered.find<HTMLSelectElement>(".second select").value).toBe("id of Desk");

  await click("disconnect");
  expect(text("status")).toBe("disconnected");
  expect(log).toContain("disconnect");
  await rendered.unmount();
  expect(world.held).toEqual(nothingHeld);
});
