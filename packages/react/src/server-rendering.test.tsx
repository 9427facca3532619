// @vitest-environment node
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import {
  AudioVisualizer,
  LayercodeProvider,
  MicrophoneSelect,
  SpeakerSelect,
  useAudioLevel,
  useLayercode,
  useLayercodeAgent,
  usePushToTalk,
  useSpokenText,
  useTranscript,
} from "./index.js";

const options = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };

function Everything() {
  useAudioLevel(() => {});
  const { status, isMuted } = useLayercode(({ status, isMuted }) => ({ status, isMuted }));
  const level = useLayercode((agent) => agent.userAudioAmplitude);
  return (
    <>
      <p>{`${status} ${isMuted} ${level} ${useTranscript().length} ${useSpokenText()}`}</p>
      <button {...usePushToTalk()}>Talk</button>
      <MicrophoneSelect />
      <SpeakerSelect />
      <AudioVisualizer />
    </>
  );
}

function Page() {
  const agent = useLayercodeAgent(options);
  const { status, messages } = { ...agent };
  return (
    <LayercodeProvider agent={agent}>
      <h1>{`${status} ${messages.length}`}</h1>
      <Everything />
    </LayercodeProvider>
  );
}

test("renders on a server, quietly, and opens nothing", () => {
  expect(typeof document).toBe("undefined");
  const warned = vi.spyOn(console, "error");
  const fetched = vi.spyOn(globalThis, "fetch");
  const html = renderToString(<Page />);
  expect(html).toContain("<h1>initializing 0</h1>");
  expect(html).toContain("<p>disconnected false 0 0 null</p>");
  expect(html).toContain("System default microphone");
  // A server knows no microphones, which is not to say that there are none.
  expect(html).not.toContain("No microphones");
  expect(renderToString(<LayercodeProvider {...options}>{<Everything />}</LayercodeProvider>)).toContain(
    "disconnected",
  );
  expect(warned).not.toHaveBeenCalled();
  expect(fetched).not.toHaveBeenCalled();
});
