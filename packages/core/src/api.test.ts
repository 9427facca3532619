import { expect, expectTypeOf, test } from "vitest";
import { createWorld } from "../test/world.js";
import type { LayercodeClientOptions } from "./index.js";
import Client, { LayercodeClient, listAudioInputDevices, watchAudioInputDevices } from "./index.js";

// The names that Layercode's users know from the documentation of its client, 2.8: an app on them changes its import,
// and nothing else. What is not there yet is said by name, so that whoever adds it takes it off the list.

type DocumentedOption =
  | "agentId"
  | "authorizeSessionEndpoint"
  | "conversationId"
  | "metadata"
  | "authorizeSessionRequest"
  | "audioInput"
  | "audioOutput"
  | "enableVAD"
  | "deferAudioInit"
  | "vadResumeDelay"
  | "enableAmplitudeMonitoring"
  | "onConnect"
  | "onDisconnect"
  | "onError"
  | "onMessage"
  | "onDataMessage"
  | "onStatusChange"
  | "onUserAmplitudeChange"
  | "onAgentAmplitudeChange"
  | "onUserIsSpeakingChange"
  | "onAgentSpeakingChange"
  | "onMuteStateChange"
  | "audioInputChanged"
  | "audioOutputChanged"
  | "onDeviceSwitched"
  | "onDevicesChanged";

type DocumentedMethod =
  | "connect"
  | "disconnect"
  | "triggerUserTurnStarted"
  | "triggerUserTurnFinished"
  | "sendClientResponseText"
  | "sendClientResponseData"
  | "setAudioInput"
  | "setAudioOutput"
  | "mute"
  | "unmute"
  | "getStream"
  | "setInputDevice"
  | "setPreferredInputDevice"
  | "listDevices";

type DocumentedProperty =
  | "status"
  | "conversationId"
  | "userSpeaking"
  | "agentSpeaking"
  | "isMuted"
  | "userAudioAmplitude"
  | "agentAudioAmplitude"
  | "audioInputEnabled"
  | "enableVAD";

test("the options have the documented names, and only two of them are required", () => {
  expectTypeOf<Exclude<DocumentedOption, keyof LayercodeClientOptions>>().toEqualTypeOf<never>();
  expectTypeOf<{ agentId: string; authorizeSessionEndpoint: string }>().toExtend<LayercodeClientOptions>();
  expectTypeOf<{ agentId: string }>().not.toExtend<LayercodeClientOptions>();
  expectTypeOf<{ authorizeSessionEndpoint: string }>().not.toExtend<LayercodeClientOptions>();
});

test("the client has the documented methods and properties", () => {
  expectTypeOf<Exclude<DocumentedMethod, keyof LayercodeClient>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<DocumentedProperty, keyof LayercodeClient>>().toEqualTypeOf<never>();
  type Methods = Pick<LayercodeClient, DocumentedMethod>;
  expectTypeOf<Methods>().toExtend<Record<string, (...args: never[]) => unknown>>();
});

test("each takes and gives what is documented", () => {
  expectTypeOf<LayercodeClient["connect"]>().toEqualTypeOf<
    (options?: { signal?: AbortSignal | undefined }) => Promise<void>
  >();
  for (const name of ["disconnect", "unmute"] as const)
    expectTypeOf<LayercodeClient[typeof name]>().toEqualTypeOf<() => Promise<void>>();
  for (const name of ["triggerUserTurnStarted", "triggerUserTurnFinished"] as const)
    expectTypeOf<LayercodeClient[typeof name]>().toExtend<() => Promise<void>>();
  expectTypeOf<LayercodeClient["sendClientResponseText"]>().toEqualTypeOf<(text: string) => Promise<void>>();
  expectTypeOf<LayercodeClient["sendClientResponseData"]>().toEqualTypeOf<
    // biome-ignore lint/suspicious/noExplicitAny: data without a schema is any.
    (data: any) => Promise<void>
  >();
  for (const name of ["setAudioInput", "setAudioOutput"] as const)
    expectTypeOf<LayercodeClient[typeof name]>().toEqualTypeOf<(on: boolean) => Promise<void>>();
  expectTypeOf<LayercodeClient["setPreferredInputDevice"]>().toEqualTypeOf<(id: string | null) => Promise<void>>();
  expectTypeOf<LayercodeClient["mute"]>().toBeCallableWith();
  expectTypeOf<LayercodeClient["getStream"]>().returns.toEqualTypeOf<MediaStream | null>();
  expectTypeOf<LayercodeClient["status"]>().toExtend<string>();
  expectTypeOf<LayercodeClient["conversationId"]>().toEqualTypeOf<string | null>();
  for (const name of ["userSpeaking", "agentSpeaking", "isMuted", "audioInputEnabled", "enableVAD"] as const)
    expectTypeOf<LayercodeClient[typeof name]>().toEqualTypeOf<boolean>();
  for (const name of ["userAudioAmplitude", "agentAudioAmplitude"] as const)
    expectTypeOf<LayercodeClient[typeof name]>().toEqualTypeOf<number>();
  expectTypeOf(listAudioInputDevices).toBeCallableWith({ requestPermission: true });
  expectTypeOf(watchAudioInputDevices).returns.toEqualTypeOf<() => void>();
});

test("the default export is the client; its methods may be called, its properties read, before anything else", () => {
  expect(Client).toBe(LayercodeClient);
  const { client } = createWorld();
  const { status, conversationId, userSpeaking, agentSpeaking, isMuted, audioInputEnabled, enableVAD } = client;
  const { userAudioAmplitude, agentAudioAmplitude } = client;
  expect({ status, conversationId, userSpeaking, agentSpeaking, isMuted, audioInputEnabled, enableVAD }).toEqual({
    status: "disconnected",
    conversationId: null,
    userSpeaking: false,
    agentSpeaking: false,
    isMuted: false,
    audioInputEnabled: true,
    enableVAD: true,
  });
  expect([userAudioAmplitude, agentAudioAmplitude, client.getStream()]).toEqual([0, 0, null]);
});
