import { expectTypeOf } from "vitest";
import { computed, type Ref, reactive, ref, type ShallowRef, toRefs } from "vue";
import {
  type ClientStatus,
  createLayercode,
  injectLayercode,
  type LayercodeAgent,
  type LayercodeAudioInputDevice,
  type LayercodeClient,
  type LayercodeError,
  type Message,
  type ObservedMessage,
  provideLayercode,
  type ReactiveLayercodeAgent,
  type SpokenText,
  type StandardSchemaV1,
  useAudioLevel,
  useDataMessage,
  useLayercodeAgent,
  usePushToTalk,
  useSpokenText,
  useTool,
  useTranscript,
} from "../src/index.js";

const required = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };

// Options: a value, a ref, a getter, a reactive object, or an object with refs.
const agent = useLayercodeAgent(required);
useLayercodeAgent(ref(required));
useLayercodeAgent(computed(() => required));
useLayercodeAgent(() => required);
useLayercodeAgent(reactive(required));
useLayercodeAgent({
  ...required,
  agentId: ref("ag-123456"),
  audioInput: computed(() => true),
  conversationId: ref<string | null>(null),
  metadata: reactive({ user: "Ada" }),
});
createLayercode(() => required);

// @ts-expect-error: the endpoint is required
useLayercodeAgent({ agentId: "ag-123456" });
// @ts-expect-error: no such option
useLayercodeAgent({ ...required, agentID: "ag-123456" });
// @ts-expect-error: a boolean
useLayercodeAgent({ ...required, audioInput: "on" });
// @ts-expect-error: a ref of the wrong kind
useLayercodeAgent({ ...required, audioInput: ref("on") });
// @ts-expect-error: the client's own name, which is another one here
useLayercodeAgent({ ...required, audioInputChanged: () => {} });

// Callbacks know what they get.
useLayercodeAgent({
  ...required,
  onMessage: (message) => expectTypeOf(message).toEqualTypeOf<ObservedMessage>(),
  onError: (error) => expectTypeOf(error).toEqualTypeOf<LayercodeError>(),
  onConnect: ({ conversationId }) => expectTypeOf(conversationId).toEqualTypeOf<string | null>(),
  onUserSpeakingChange: (speaking) => expectTypeOf(speaking).toEqualTypeOf<boolean>(),
  onAudioInputChanged: (on) => expectTypeOf(on).toEqualTypeOf<boolean>(),
});
// @ts-expect-error: a status is no number
useLayercodeAgent({ ...required, onStatusChange: (_status: number) => {} });

// What it returns: readonly refs, methods, the client.
expectTypeOf(agent).toEqualTypeOf<LayercodeAgent>();
expectTypeOf(agent.status).toEqualTypeOf<Readonly<ShallowRef<ClientStatus>>>();
expectTypeOf(agent.messages.value).toEqualTypeOf<readonly Message[]>();
expectTypeOf(agent.userAudioAmplitude.value).toEqualTypeOf<number>();
expectTypeOf(agent.availableInputDevices.value).toEqualTypeOf<LayercodeAudioInputDevice[]>();
expectTypeOf(agent.error.value).toEqualTypeOf<LayercodeError | null>();
expectTypeOf(agent.client).toExtend<LayercodeClient>();
expectTypeOf(agent.connect).returns.resolves.toBeVoid();

// In reactive() every field is its value, and whatever takes an agent takes it so.
const store = reactive(agent);
expectTypeOf(store).toExtend<ReactiveLayercodeAgent>();
expectTypeOf(store.status).toEqualTypeOf<ClientStatus>();
expectTypeOf(store.error).toEqualTypeOf<LayercodeError | null>();
expectTypeOf(store.messages).toEqualTypeOf<readonly Message[]>();
expectTypeOf(store.connect).toEqualTypeOf(agent.connect);
expectTypeOf(toRefs(store).status.value).toEqualTypeOf<ClientStatus>();
// @ts-expect-error: a value, no ref
void store.status.value;
expectTypeOf(provideLayercode(store)).toEqualTypeOf<LayercodeAgent>();
expectTypeOf(useTranscript(store).value).toEqualTypeOf<readonly Message[]>();
useSpokenText(store);
useAudioLevel(() => {}, { agent: store });
usePushToTalk({ agent: store });
useDataMessage(() => {}, store);

void agent.setAudioInput((previous) => !previous);
agent.client.on("transcript", (messages) => expectTypeOf(messages).toEqualTypeOf<readonly Message[]>());
// @ts-expect-error: no such event
agent.client.on("transcripts", () => {});
// @ts-expect-error: readonly
agent.status.value = "connected";
// @ts-expect-error: no such status
void (agent.status.value === "open");
// @ts-expect-error: text
void agent.sendClientResponseText(1);

// What data is, and what tools get, by their schemas.
const order = {} as StandardSchemaV1<unknown, { total: number }>;
const typed = useLayercodeAgent({
  ...required,
  data: order,
  onDataMessage: ({ content }) => expectTypeOf(content).toEqualTypeOf<{ total: number }>(),
  tools: { show: { input: order, run: (input) => expectTypeOf(input).toEqualTypeOf<{ total: number }>() } },
});
expectTypeOf(typed).toExtend<LayercodeAgent>();
useDataMessage(({ content }) => expectTypeOf(content.total).toBeNumber(), typed);
useDataMessage(({ content }) => expectTypeOf(content).toBeAny());
// @ts-expect-error: the agent's schema knows no such field
useDataMessage(({ content }) => content.price, typed);
useTool("show", { input: order, run: ({ total }) => total }, store);
useTool("show", { input: order, run: ({ total }, { signal }) => [total, signal.aborted] });
// @ts-expect-error: the schema knows no such field
useTool("show", { input: order, run: ({ price }) => price });
// @ts-expect-error: without a schema nobody has checked the input
useTool("show", { run: () => 1 });

// With the agent of a component above, or one that is given.
expectTypeOf(injectLayercode()).toEqualTypeOf<LayercodeAgent>();
expectTypeOf(provideLayercode(() => required)).toEqualTypeOf<LayercodeAgent>();
provideLayercode(agent);
provideLayercode(agent.client);
// @ts-expect-error: neither an agent nor options
provideLayercode("ag-123456");
expectTypeOf(useTranscript().value).toEqualTypeOf<readonly Message[]>();
useTranscript(agent);
expectTypeOf(useSpokenText().value).toEqualTypeOf<SpokenText | null>();
useSpokenText(agent);
useAudioLevel((level) => expectTypeOf(level).toEqualTypeOf<number>(), { source: "user", agent });
// @ts-expect-error: nobody speaks by that name
useAudioLevel(() => {}, { source: "assistant" });
expectTypeOf(usePushToTalk({ key: () => "F2", agent }).isPressed).toExtend<Readonly<Ref<boolean>>>();
// @ts-expect-error: a key is text
usePushToTalk({ key: 32 });
