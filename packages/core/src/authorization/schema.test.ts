import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { resolveAgentConfig } from "./agent-config.js";
import {
  type AgentConfig,
  type AuthorizeSessionRequest,
  parseAgentConfig,
  parseAuthorizeSessionResponse,
} from "./schema.js";

const documented: Required<{ [K in keyof AgentConfig]: Required<AgentConfig[K]> }> = {
  transcription: { trigger: "push_to_talk", can_interrupt: false, automatic: true },
  vad: {
    enabled: true,
    gate_audio: true,
    buffer_frames: 10,
    model: "v5",
    positive_speech_threshold: 0.15,
    negative_speech_threshold: 0.05,
    redemption_frames: 4,
    min_speech_frames: 2,
    pre_speech_pad_frames: 0,
    frame_samples: 512,
  },
};

test("reads every documented field of a configuration as it stands", () => {
  expect(parseAgentConfig(documented)).toEqual(documented);
});

test("keeps fields of a configuration that it does not know", () => {
  const config = { transcription: { trigger: "automatic", model: "nova" }, voice: { id: 1 } };
  expect(parseAgentConfig(config)).toEqual(config);
});

test("a field of the wrong type, and a null, count as absent", () => {
  const config = {
    transcription: { trigger: "telepathy", can_interrupt: "yes", automatic: null },
    vad: {
      enabled: 1,
      buffer_frames: "10",
      redemption_frames: -1,
      model: 5,
      frame_samples: null,
      min_speech_frames: 3,
    },
  };
  const parsed = parseAgentConfig(config);
  expect(parsed).toStrictEqual({ transcription: {}, vad: { min_speech_frames: 3 } });
  expect(parseAgentConfig({ transcription: null, vad: [] })).toStrictEqual({});
  expect(parseAgentConfig({ vad: { constructor: "kept" } })).toEqual({ vad: { constructor: "kept" } });
});

test("what is no configuration is none", () => {
  for (const value of [undefined, null, "automatic", 1, []]) expect(parseAgentConfig(value)).toBeUndefined();
});

test("reads a session by conversation_id, or by the older session_id, and prefers the first", () => {
  const key = { client_session_key: "k" };
  expect(parseAuthorizeSessionResponse({ ...key, conversation_id: "c" })).toStrictEqual({
    ...key,
    conversation_id: "c",
  });
  expect(parseAuthorizeSessionResponse({ ...key, session_id: "s" })?.conversation_id).toBe("s");
  expect(parseAuthorizeSessionResponse({ ...key, conversation_id: null, session_id: "s" })?.conversation_id).toBe("s");
  expect(parseAuthorizeSessionResponse({ ...key, conversation_id: "c", session_id: "s" })?.conversation_id).toBe("c");
  expect(parseAuthorizeSessionResponse({ ...key, conversation_id: "c", config: documented })?.config).toEqual(
    documented,
  );
});

test.each([
  null,
  [],
  "k",
  {},
  { client_session_key: "k" },
  { client_session_key: "", conversation_id: "c" },
  { client_session_key: 1, conversation_id: "c" },
  { client_session_key: "k", conversation_id: 1 },
  { error: "no" },
])("%j opens no session", (value) => {
  expect(parseAuthorizeSessionResponse(value)).toBeUndefined();
});

test("without a configuration: automatic turns, interruptible, the measured defaults of voice detection", () => {
  expect(resolveAgentConfig(undefined)).toEqual({
    pushToTalk: false,
    canInterrupt: true,
    vad: {
      enabled: true,
      gateAudio: true,
      preRollMs: 1000,
      enterThreshold: 0.35,
      leaveThreshold: 0.2,
      hangoverMs: 1400,
      minSpeechFrames: 2,
    },
  });
});

test("a value of the server replaces its default only where it is present", () => {
  expect(resolveAgentConfig(documented)).toEqual({
    pushToTalk: true,
    canInterrupt: false,
    vad: {
      enabled: true,
      gateAudio: true,
      preRollMs: 1000,
      enterThreshold: 0.15,
      leaveThreshold: 0.05,
      hangoverMs: 128,
      minSpeechFrames: 2,
    },
  });
  const resolved = resolveAgentConfig({ vad: { gate_audio: false, pre_speech_pad_frames: 5 } });
  expect(resolved.vad).toMatchObject({ gateAudio: false, preRollMs: 1160, enterThreshold: 0.35, hangoverMs: 1400 });
});

test("whatever a server sends as configuration, what comes of it is bounded and consistent", () => {
  const amount = fc.option(fc.oneof(fc.double(), fc.integer(), fc.string()), { nil: undefined });
  const vad = fc.dictionary(fc.constantFrom(...Object.keys(documented.vad)), amount);
  fc.assert(
    fc.property(fc.oneof(fc.record({ vad, transcription: fc.anything() }), fc.anything()), (value) => {
      const { vad } = resolveAgentConfig(parseAgentConfig(value));
      expect(vad.preRollMs).toBeGreaterThanOrEqual(0);
      expect(vad.preRollMs).toBeLessThanOrEqual(10_000);
      expect(vad.hangoverMs).toBeGreaterThanOrEqual(0);
      expect(vad.hangoverMs).toBeLessThanOrEqual(10_000);
      expect(vad.enterThreshold).toBeLessThanOrEqual(1);
      expect(vad.leaveThreshold).toBeLessThanOrEqual(vad.enterThreshold);
    }),
  );
});

test("AuthorizeSessionRequest is the function that Layercode's users have written already", () => {
  interface KnownBody {
    agent_id: string;
    metadata: Record<string, unknown>;
    sdk_version: string;
    conversation_id?: string | null;
  }
  expectTypeOf<AuthorizeSessionRequest>().parameters.toEqualTypeOf<[{ url: string; body: KnownBody }]>();
  expectTypeOf<AuthorizeSessionRequest>().returns.toEqualTypeOf<Promise<Response>>();
  // Theirs says `any` for metadata's values: it must fit as it is.
  // biome-ignore lint/suspicious/noExplicitAny: that is what is tested.
  type Known = (of: { url: string; body: KnownBody & { metadata: Record<string, any> } }) => Promise<Response>;
  expectTypeOf<Known>().toExtend<AuthorizeSessionRequest>();
  expectTypeOf<AuthorizeSessionRequest>().toExtend<Known>();
  const request: AuthorizeSessionRequest = async ({ url, body }) =>
    fetch(url, { method: "POST", body: JSON.stringify(body), headers: { authorization: "Bearer of the app" } });
  expectTypeOf(request).toBeFunction();
});
