// The page of side-by-side.spec.ts: one of the two clients, and a record of what it calls back, and when.
import OurClient from "@layercode/core";
import TheirClient from "@layercode/js-sdk";

/** What the test does with the page. */
export interface SideBySidePage {
  /** Does something with the client, and tells what became of it. */
  act(
    name: "connect" | "disconnect" | "text" | "data" | "mute" | "unmute" | "silence" | "sound" | "deaf" | "hear",
  ): void;
  /** What was recorded since the last call. */
  take(): { called: string[]; outcomes: string[] };
  /** How many of the server's marks have come. */
  marks(): number;
  /** What the client says of itself now. */
  properties(): string;
}

let record: string[] = [];
let outcomes: string[] = [];
let marks = 0;
// Their voice detection comes from another server, which is not to be reached here.
const log = (line: string) => line.includes("vad_model_failed") || record.push(line);
const socketUrl = `ws://${location.host}/v1/agents/web/websocket`;
const levels = new Set<string>();

/** Whether the first level of each is silence; when sound is measured is no matter of order. */
function level(whose: string, value: number): void {
  if (levels.has(whose)) return;
  levels.add(whose);
  if (value === 0) log(`first level of the ${whose}: 0`);
}

const options = {
  agentId: "ag-taciturn",
  authorizeSessionEndpoint: "/api/authorize",
  onConnect: ({ config }: { config?: { transcription: { trigger: string } } }) =>
    log(`onConnect ${config?.transcription.trigger}, status ${client?.status}`),
  onDisconnect: () => log(`onDisconnect, status ${client?.status}`),
  onError: ({ message }: Error) => log(`onError ${message.replace(/ conversation: .*/, " conversation: …")}`),
  onMessage: ({ type, agentSpeaking, userSpeaking, event, content }: Record<string, unknown>) => {
    // It says how far the agent was heard, which in both comes from the sound's own thread, when it comes.
    if (type === "trigger.response.audio.replay_finished") return void outcomes.push(`onMessage ${type}`);
    const told = [event, content].filter((value) => typeof value === "string");
    const flags = [agentSpeaking && "agent speaks", userSpeaking && "user speaks"].filter(Boolean);
    log(["onMessage", type, ...told, ...flags].join(" "));
  },
  onDataMessage: ({ content }: { content: { mark?: number; page?: number } }) => {
    if (content.mark) marks++;
    else log(`onDataMessage ${JSON.stringify(content)}`);
  },
  onStatusChange: (status: string) => log(`onStatusChange ${status}`),
  onUserAmplitudeChange: (value: number) => level("user", value),
  onAgentAmplitudeChange: (value: number) => level("agent", value),
  onUserIsSpeakingChange: (speaking: boolean) => log(`onUserIsSpeakingChange ${speaking}`),
  onAgentSpeakingChange: (speaking: boolean) => log(`onAgentSpeakingChange ${speaking}`),
  onMuteStateChange: (muted: boolean) => log(`onMuteStateChange ${muted}`),
  audioInputChanged: (on: boolean) => log(`audioInputChanged ${on}`),
  audioOutputChanged: (on: boolean) => log(`audioOutputChanged ${on}`),
};

let client: OurClient | TheirClient | undefined;
if (new URLSearchParams(location.search).get("client") === "ours")
  client = new OurClient({ ...options, url: socketUrl });
else {
  client = new TheirClient(options);
  client._websocketUrl = socketUrl;
}
const made = client;

const actions: Record<Parameters<SideBySidePage["act"]>[0], () => unknown> = {
  connect: () => made.connect(),
  disconnect: () => made.disconnect(),
  text: () => made.sendClientResponseText("Hello"),
  data: () => made.sendClientResponseData({ page: 1 }),
  mute: () => made.mute(),
  unmute: () => made.unmute(),
  silence: () => made.setAudioOutput(false),
  sound: () => made.setAudioOutput(true),
  deaf: () => made.setAudioInput(false),
  hear: () => made.setAudioInput(true),
};

const page: SideBySidePage = {
  act: (name) =>
    void Promise.resolve(actions[name]()).then(
      () => outcomes.push(`${name}: resolved`),
      () => outcomes.push(`${name}: rejected`),
    ),
  take() {
    // Outcomes last: whether they come before or after other callbacks is left to chance.
    const taken = { called: record, outcomes };
    record = [];
    outcomes = [];
    return taken;
  },
  marks: () => marks,
  properties: () => {
    const { status, conversationId, userSpeaking, agentSpeaking, isMuted, audioInputEnabled } = made;
    const { userAudioAmplitude, agentAudioAmplitude } = made;
    return JSON.stringify({
      status,
      hasConversation: conversationId !== null,
      userSpeaking,
      agentSpeaking,
      isMuted,
      audioInputEnabled,
      levels: userAudioAmplitude + agentAudioAmplitude > 0,
      stream: made.getStream() !== null,
    });
  },
};
Object.assign(window, { sideBySide: page });
