import type { Attachment } from "svelte/attachments";
import type { Readable } from "svelte/store";
import { expectTypeOf, test } from "vitest";
import {
  audioLevel,
  audioVisualizer,
  type ClientStatus,
  type LayercodeAgent,
  type LayercodeAgentOptions,
  type LayercodeClient,
  type LayercodeError,
  type Message,
  microphoneSelect,
  pushToTalk,
  type SpokenText,
  type StandardSchemaV1,
  toStore,
  useDataMessage,
  useLayercodeAgent,
  type useSpokenText,
  useTool,
  type useTranscript,
} from "./index.js";

// The type check is the test; what would do something is never called.
declare const agent: LayercodeAgent;
const options: LayercodeAgentOptions = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };

test("what an agent gives", () => {
  expectTypeOf<LayercodeAgent["status"]>().toEqualTypeOf<ClientStatus>();
  expectTypeOf<LayercodeAgent["messages"]>().toEqualTypeOf<readonly Message[]>();
  expectTypeOf<LayercodeAgent["error"]>().toEqualTypeOf<LayercodeError | null>();
  expectTypeOf<LayercodeAgent["userAudioAmplitude"]>().toEqualTypeOf<number>();
  expectTypeOf<LayercodeAgent["client"]>().toEqualTypeOf<LayercodeClient>();
  expectTypeOf<ReturnType<typeof useSpokenText>["current"]>().toEqualTypeOf<SpokenText | null>();
  expectTypeOf<ReturnType<typeof useTranscript>["current"]>().toEqualTypeOf<readonly Message[]>();
  expectTypeOf<LayercodeAgent["setAudioInput"]>().toBeCallableWith((on: boolean) => !on);
});

test("what it takes", () => {
  expectTypeOf(useLayercodeAgent).toBeCallableWith(options);
  expectTypeOf(useLayercodeAgent).toBeCallableWith(() => options);
  expectTypeOf(useLayercodeAgent).toBeCallableWith({} as LayercodeClient);
  expectTypeOf<NonNullable<LayercodeAgentOptions["onError"]>>().parameter(0).toEqualTypeOf<LayercodeError>();
  expectTypeOf<NonNullable<LayercodeAgentOptions["onAudioInputChanged"]>>().parameter(0).toEqualTypeOf<boolean>();
});

export function neverCalled(): void {
  const order = {} as StandardSchemaV1<unknown, { total: number }>;
  const typed = useLayercodeAgent({
    ...options,
    data: order,
    onDataMessage: ({ content }) => expectTypeOf(content).toEqualTypeOf<{ total: number }>(),
    tools: { show: { input: order, run: (input) => expectTypeOf(input).toEqualTypeOf<{ total: number }>() } },
  });
  expectTypeOf(typed).toExtend<LayercodeAgent>();
  useDataMessage(({ content }) => expectTypeOf(content.total).toBeNumber(), typed);
  // @ts-expect-error The agent's schema knows no such field.
  useDataMessage(({ content }) => content.price, typed);
  useTool("show", { input: order, run: ({ total }, { signal }) => [total, signal.aborted] });
  // @ts-expect-error The schema knows no such field.
  useTool("show", { input: order, run: ({ price }) => price });
  // @ts-expect-error agentId is required.
  useLayercodeAgent({ authorizeSessionEndpoint: "/api/authorize" });
  // @ts-expect-error There is no such option.
  useLayercodeAgent({ ...options, agent: "ag-123456" });
  // @ts-expect-error A callback of the wrong parameter.
  useLayercodeAgent({ ...options, onMuteStateChange: (muted: string) => muted });
  // @ts-expect-error The client's own name of onAudioInputChanged.
  useLayercodeAgent({ ...options, audioInputChanged: () => {} });
  // @ts-expect-error A field is read-only.
  agent.status = "connected";
  // @ts-expect-error There is no such event.
  agent.client.on("messages", () => {});
  // @ts-expect-error There is no such field.
  toStore(agent, "mood");
  // @ts-expect-error Neither the agent nor the user.
  audioLevel(agent, "both");
  // @ts-expect-error Not a client's place.
  pushToTalk(agent.client);
  // @ts-expect-error A select takes it.
  microphoneSelect(agent)(document.createElement("canvas"));
  expectTypeOf(audioVisualizer(agent, { source: "user" })).toEqualTypeOf<Attachment<HTMLCanvasElement>>();
  expectTypeOf(toStore(agent, "status")).toEqualTypeOf<Readable<ClientStatus>>();
  expectTypeOf(toStore(agent)).toEqualTypeOf<Readable<ReturnType<LayercodeClient["getSnapshot"]>>>();
}
