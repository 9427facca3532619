import workletUrl from "@layercode/audio/worklet.js?url";
import type { ClientState, LayercodeClient, Message, Undo } from "@layercode/core";
import { withHint } from "./controls.js";
import type { PageOptions } from "./page-options.js";
import { createStart, type Start } from "./start.js";

/** What a client leaves to the next one. */
type Left = Pick<
  ClientState,
  | "conversationId"
  | "messages"
  | "audioInput"
  | "audioOutput"
  | "isMuted"
  | "preferredInputDeviceId"
  | "outputDeviceId"
  | "volume"
> & { connected: boolean };

/** One agent's place on the page. It outlives the pages of the switcher and hands its conversation on. */
export interface Panel {
  /** For ids and names that must differ between the panels of one document. */
  readonly id: string;
  readonly agentId: string;
  /** How the conversation begins that is to be shown now; `null` while the panel is closed. */
  readonly start: Start | null;
  /** `?defer`, until the sound was turned on. */
  readonly deferred: boolean;
  /** The client of the conversation that is shown, for the console. */
  readonly client: LayercodeClient | undefined;
  /** Gives a client what the last one left: muted or not, the devices, the connection. Follows it until the undo. */
  adopt(client: LayercodeClient): Undo;
  /** The button of `?defer`. Call it in the user's gesture. */
  turnOnSound(client: LayercodeClient): void;
  /** The three ways to another start. Each is to be shown in place of the last. */
  close(): null;
  reopen(): Start;
  startAnew(): Start;
  /** For the shell: another page is to go on with the conversation, at once if it is connected. */
  handOver(): void;
}

/** Makes the panel of an agent, open and with nothing said. */
export function createPanel(id: string, agentId: string, options: PageOptions): Panel {
  const { processing, defer, connect: connected, frameMs, hostsWorklet, vad, remember: rememberDevices } = options;
  let deferred = defer;
  let left: Left = { ...nothing, connected };
  let client: LayercodeClient | undefined;
  let key = 0;
  let start: Start | null = begin();

  function begin(): Start {
    const { conversationId, messages: initialMessages, audioInput, audioOutput, volume } = left;
    return createStart(++key, {
      // With Layercode itself, leave `url` out. Here everything goes through the page's own server.
      url: "/v1/agents/web/websocket",
      conversationId,
      initialMessages,
      audioInput,
      audioOutput,
      volume,
      deferAudioInit: deferred,
      ...(processing ? {} : { audioConstraints: unprocessed }),
      ...(frameMs !== null && { frameMs }),
      ...(hostsWorklet && { workletUrl }),
      vad,
      rememberDevices,
    });
  }

  const remember = () => {
    if (client) left = leftBy(client.getSnapshot());
  };

  return {
    id,
    agentId,
    get start() {
      return start;
    },
    get deferred() {
      return deferred;
    },
    get client() {
      return client;
    },
    adopt(adopted) {
      client = adopted;
      if (left.isMuted) client.mute(withHint);
      // What fails is told by the client's error event.
      if (left.preferredInputDeviceId !== null) quietly(client.setPreferredInputDevice(left.preferredInputDeviceId));
      if (left.outputDeviceId !== null) quietly(client.setOutputDevice(left.outputDeviceId));
      if (left.connected) quietly(client.connect());
      return () => {
        if (client === adopted) client = undefined;
      };
    },
    turnOnSound(client) {
      deferred = false;
      quietly(client.setAudioOutput(true));
      quietly(client.setAudioInput(true));
    },
    close() {
      remember();
      left = { ...left, connected: false };
      start = null;
      return start;
    },
    reopen() {
      start = begin();
      return start;
    },
    startAnew() {
      remember();
      left = { ...left, conversationId: null, messages: [] };
      start = begin();
      return start;
    },
    handOver() {
      remember();
      if (start) start = begin();
    },
  };
}

const nothing: Left = {
  conversationId: null,
  messages: [],
  audioInput: true,
  audioOutput: true,
  isMuted: false,
  preferredInputDeviceId: null,
  outputDeviceId: null,
  volume: 1,
  connected: false,
};

const unprocessed: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

function leftBy(state: ClientState): Left {
  const connected = state.status !== "disconnected" && state.status !== "error";
  return { ...state, messages: state.messages.map(settled), connected };
}

// Its client goes: nothing will be added to it.
function settled(message: Message): Message {
  if (message.status !== "interim") return message;
  return { ...message, status: message.role === "assistant" ? "interrupted" : "final" };
}

function quietly(call: Promise<void>): void {
  call.catch(() => {});
}
