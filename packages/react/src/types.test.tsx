import type {
  ClientStatus,
  LayercodeClient,
  LayercodeError,
  Message,
  SpokenText,
  StandardSchemaV1,
  StatusText,
} from "@layercode/core";
import * as core from "@layercode/core";
import { expect, expectTypeOf, test } from "vitest";
import * as react from "./index.js";
import {
  AudioVisualizer,
  LayercodeProvider,
  MicrophoneSelect,
  type UseLayercodeAgentOptions,
  type UseLayercodeAgentReturn,
  useAudioLevel,
  useDataMessage,
  useLayercode,
  useLayercodeAgent,
  usePushToTalk,
  useSpokenText,
  useTool,
  useTranscript,
} from "./index.js";

const options = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };

test("re-exports all that core has, each by its name", () => {
  const { default: _, ...names } = core;
  expect(react).toMatchObject(names);
  expect(Object.keys(names).length).toBeGreaterThan(5);
});

// Checked by tsc, never rendered.
export function Types({ agent, client }: { agent: UseLayercodeAgentReturn; client: LayercodeClient }) {
  expectTypeOf(useLayercodeAgent(options)).toEqualTypeOf<UseLayercodeAgentReturn>();
  expectTypeOf(agent.status).toEqualTypeOf<StatusText | "initializing">();
  expectTypeOf<ClientStatus>().toExtend<typeof agent.status>();
  expectTypeOf(agent.messages).toEqualTypeOf<readonly Message[]>();
  expectTypeOf(agent.error).toEqualTypeOf<LayercodeError | null>();
  expectTypeOf(agent.setAudioInput).parameter(0).toExtend<React.SetStateAction<boolean>>();
  expectTypeOf<React.SetStateAction<boolean>>().toExtend<Parameters<typeof agent.setAudioOutput>[0]>();
  // Methods may be event handlers as they are.
  <button type="button" onClick={agent.connect} onMouseDown={agent.triggerUserTurnStarted} onBlur={agent.mute} />;
  // @ts-expect-error: fields are read only.
  agent.isMuted = true;
  // @ts-expect-error: no such field.
  agent.loudness;

  // @ts-expect-error: the endpoint is missing.
  useLayercodeAgent({ agentId: "ag-123456" });
  // @ts-expect-error: an agent's id is text.
  useLayercodeAgent({ ...options, agentId: 1 });
  // @ts-expect-error: a callback is a function.
  useLayercodeAgent({ ...options, onMessage: "log" });
  // Layercode's own hook takes options of any name …
  useLayercodeAgent({ ...options, authorizeSessionRequestBody: { page: 1 } });
  // … and where a type is named, there are only those that there are.
  // @ts-expect-error: no such option.
  ({ ...options, onMesage: () => {} }) satisfies UseLayercodeAgentOptions;
  const listening: UseLayercodeAgentOptions = {
    ...options,
    onMessage: (message) => {
      if (message.type === "response.text") expectTypeOf(message.content).toEqualTypeOf<string>();
    },
    onError: ({ code }) => {
      // @ts-expect-error: no such code.
      if (code === "no-such-code") return;
    },
  };

  expectTypeOf(useLayercode(({ messages }) => messages.length)).toEqualTypeOf<number>();
  expectTypeOf(useLayercode((agent) => agent.connect)).returns.toEqualTypeOf<Promise<void>>();
  // @ts-expect-error: no such field.
  useLayercode(({ loudness }) => loudness);
  // @ts-expect-error: the outcome is a number.
  useLayercode<string>(({ messages }) => messages.length);
  expectTypeOf(useSpokenText({ agent })).toEqualTypeOf<SpokenText | null>();
  expectTypeOf(useTranscript(agent)).toEqualTypeOf<readonly Message[]>();

  const order = {} as StandardSchemaV1<unknown, { total: number }>;
  const typed = useLayercodeAgent({
    ...options,
    data: order,
    onDataMessage: ({ content }) => expectTypeOf(content).toEqualTypeOf<{ total: number }>(),
    tools: { show: { input: order, run: (input) => expectTypeOf(input).toEqualTypeOf<{ total: number }>() } },
  });
  expectTypeOf(typed).toExtend<UseLayercodeAgentReturn>();
  const sending = useLayercodeAgent({ ...options, clientData: {} as StandardSchemaV1<{ page: number }> });
  expectTypeOf(sending.sendClientResponseData).parameter(0).toEqualTypeOf<{ page: number }>();
  useDataMessage(({ content }) => expectTypeOf(content.total).toBeNumber(), { agent: typed });
  useDataMessage(({ content }) => expectTypeOf(content).toBeAny());
  useDataMessage<{ page: number }>(({ content, issues }) => issues || content.page);
  // @ts-expect-error: the agent's schema knows no such field.
  useDataMessage(({ content }) => content.price, { agent: typed });
  useTool("show", { input: order, run: ({ total }, { signal }) => [total, signal.aborted] });
  // @ts-expect-error: the schema knows no such field.
  useTool("show", { input: order, run: ({ price }) => price });
  // @ts-expect-error: without a schema nobody has checked the input.
  useTool("show", { run: () => 1 });

  useAudioLevel((level) => expectTypeOf(level).toEqualTypeOf<number>(), { source: "user", client });
  // @ts-expect-error: no such source.
  useAudioLevel(() => {}, { source: "radio" });
  <button {...usePushToTalk({ key: " " })} className="talk" />;

  <LayercodeProvider {...listening} />;
  <LayercodeProvider agent={agent} />;
  <LayercodeProvider client={client} />;
  // @ts-expect-error: whose agent?
  <LayercodeProvider />;
  // @ts-expect-error: either its own, or another's.
  <LayercodeProvider {...options} agent={agent} />;
  <MicrophoneSelect agent={agent} label="Microphone" className="wide" required />;
  // @ts-expect-error: it is the agent's.
  <MicrophoneSelect value="default" />;
  <AudioVisualizer client={client} width={300} />;
  // @ts-expect-error: no such source.
  <AudioVisualizer source="radio" />;
}
