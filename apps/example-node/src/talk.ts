import { type ClientState, LayercodeClient, type LayercodeClientOptions, type Message } from "@layercode/core";
import { WebSocket } from "ws";
import { createRecordingSpeaker } from "./recording-speaker.js";
import { createSpokenMicrophone } from "./spoken-microphone.js";

export interface TalkOptions extends Pick<LayercodeClientOptions, "agentId" | "authorizeSessionEndpoint" | "url"> {
  /** What is said: PCM16, mono, 8000 Hz. */
  question: Int16Array;
}

export interface Answer {
  /** What the agent said to it: PCM16, mono, 16000 Hz. */
  speech: Int16Array;
  messages: readonly Message[];
}

/** How long nobody must have spoken for it to count as silence, in ms. */
const silenceMs = 1000;

/** Holds one conversation: lets the agent say its welcome, asks, and hears the answer to its end. */
export async function talk({ question, ...options }: TalkOptions): Promise<Answer> {
  const microphone = createSpokenMicrophone();
  const speaker = createRecordingSpeaker();
  const client = new LayercodeClient({
    ...options,
    audio: { input: microphone, output: speaker },
    // Node has one of its own from 22 on.
    WebSocket,
    wakeLock: false,
  });
  try {
    await client.connect();
    await quiet(client);
    speaker.takeRecording();
    const answered = until(client, ({ turn, messages }) => {
      const asked = messages.findLastIndex(({ role }) => role === "user");
      return turn?.role === "assistant" && asked >= 0;
    });
    await microphone.hear(question);
    await answered;
    await quiet(client);
    return { speech: speaker.takeRecording(), messages: client.getSnapshot().messages };
  } finally {
    await client.dispose();
  }
}

/** Resolves when the agent has neither spoken nor thought for a second. */
async function quiet(client: LayercodeClient): Promise<void> {
  const isBusy = ({ agentState }: ClientState) => agentState === "speaking" || agentState === "thinking";
  for (;;) {
    await until(client, (state) => !isBusy(state));
    const disturbed = new AbortController();
    const stirred = until(client, isBusy, disturbed.signal).then(
      () => true,
      () => false,
    );
    const timer = setTimeout(() => disturbed.abort(), silenceMs);
    if (!(await stirred)) return;
    clearTimeout(timer);
  }
}

/** Resolves when the snapshot is as wanted. Rejects when the session ends before, or the signal fires. */
function until(
  client: LayercodeClient,
  isWanted: (state: ClientState) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const state = client.getSnapshot();
      const isOver = state.status === "disconnected" || state.status === "error";
      if (!isWanted(state) && !isOver && !signal?.aborted) return;
      off();
      if (isWanted(state)) resolve();
      else reject(signal?.aborted ? signal.reason : (state.error ?? new Error("The session ended.")));
    };
    const off = client.subscribe(check);
    signal?.addEventListener("abort", check, { once: true });
    check();
  });
}
