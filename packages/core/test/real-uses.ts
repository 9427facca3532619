// Every name that the documentation of Layercode's own client shows, used as it is shown there: compiled against that
// client's types and against ours, and run with ours (real-uses.test.ts). What is written here is what apps have.
import LayercodeClient, {
  type AgentConfig,
  type AuthorizeSessionRequest,
  type AuthorizeSessionRequestParams,
  type ILayercodeClient,
  type LayercodeAudioInputDevice,
  type LayercodeClientOptions,
  listAudioInputDevices,
  watchAudioInputDevices,
} from "@layercode/js-sdk";

type Log = (line: string) => void;

/** A page with all options that an app of today passes. */
export function createVoiceAgent(more: Partial<LayercodeClientOptions>, log: Log): LayercodeClient {
  const authorizeSessionRequest: AuthorizeSessionRequest = async ({ url, body }: AuthorizeSessionRequestParams) => {
    const plan: string = body.metadata.plan;
    log(`authorize ${body.agent_id} ${plan} ${body.conversation_id ?? "new"}`);
    return fetch(url, { method: "POST", headers: { authorization: "Bearer of-the-app" }, body: JSON.stringify(body) });
  };
  return new LayercodeClient({
    agentId: "ag-123456",
    conversationId: null,
    authorizeSessionEndpoint: "/api/authorize",
    authorizeSessionRequest,
    metadata: { plan: "free" },
    audioInput: true,
    audioOutput: true,
    deferAudioInit: false,
    enableAmplitudeMonitoring: true,
    onConnect: ({ conversationId, config }) => {
      log(`connect ${conversationId} ${config?.transcription.trigger} ${config?.transcription.can_interrupt}`);
    },
    onDisconnect: () => log("disconnect"),
    onError: (error) => log(`error ${error.message}`),
    onDataMessage: (message) => log(`data ${message.content.page.toFixed(1)}`),
    onMessage: (message) => {
      // Without a check, as `any` lets it be.
      if (message.content?.startsWith("Hello")) log(`message ${message.content}`);
      switch (message.type) {
        case "turn.start":
          return log(`turn ${message.role}`);
        case "vad_events":
          return log(message.event === "vad_start" ? "speech" : "silence");
        case "user.transcript.delta":
          return log(`${message.turn_id} ${message.delta_counter} ${message.content}`);
      }
    },
    onUserAmplitudeChange: (amplitude) => log(`user ${amplitude.toFixed(2)}`),
    onAgentAmplitudeChange: (amplitude) => log(`agent ${amplitude.toFixed(2)}`),
    onStatusChange: (status) => log(status === "initializing" ? "" : `status ${status}`),
    onUserIsSpeakingChange: (isSpeaking) => log(`user speaking ${isSpeaking}`),
    onAgentSpeakingChange: (isSpeaking) => log(`agent speaking ${isSpeaking}`),
    onMuteStateChange: (isMuted) => log(`muted ${isMuted}`),
    audioInputChanged: (audioInput) => log(`input ${audioInput}`),
    audioOutputChanged: (audioOutput) => log(`output ${audioOutput}`),
    ...more,
  });
}

const base = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };

interface Shopper {
  userId: string;
}

/** Handlers whose parameters have types of the app's own: whatever an app knows better than `any`. */
export function handlersWithTypes(shopper: Shopper, log: Log): LayercodeClientOptions[] {
  return [
    { ...base, onMessage: (event: { type?: string; content?: string }) => log(String(event.content)) },
    { ...base, onMessage: (event: { type: string; content: string; turn_id: string }) => log(event.content) },
    {
      ...base,
      onMessage: ({ type, turn_id }: { type?: string; turn_id?: string | number }) => log(`${type} ${turn_id}`),
    },
    { ...base, onMessage: (message: { type: "response.text"; content: string }) => log(message.content) },
    { ...base, onMessage: (message: { type: "turn.start"; role: "user" } | { type: "my.own" }) => log(message.type) },
    { ...base, onMessage: ({ content }) => log(content) },
    { ...base, onDataMessage: (message: { content: { isThinking: boolean } }) => log(`${message.content.isThinking}`) },
    { ...base, onDataMessage: (data: { type: string; text?: string; content?: unknown }) => log(data.type) },
    { ...base, onDataMessage: ({ content: { items } }) => log(items.length) },
    {
      ...base,
      onConnect: (info: { conversationId: string | null; config?: AgentConfig }) =>
        log(String(info.config?.vad?.model)),
    },
    {
      ...base,
      onConnect: ({ config }: { config?: { transcription: { trigger: string } } }) =>
        log(`${config?.transcription.trigger}`),
    },
    { ...base, onError: (error: Error) => log(error.message), onStatusChange: (status: string) => log(status) },
    { ...base, metadata: shopper },
    // biome-ignore lint/suspicious/noExplicitAny: apps do.
    { ...base, onMessage: log, onError: () => log("error"), onDataMessage: (data: any) => log(data.anything.at.all) },
  ];
}

/** What an app calls and reads, as far as nothing of it needs to be open. */
export async function callEverything(client: LayercodeClient, log: Log): Promise<void> {
  await client.setPreferredInputDevice("abcdef123");
  await client.setPreferredInputDevice("default");
  await client.setPreferredInputDevice(null);
  await client.connect();
  await client.triggerUserTurnStarted();
  await client.triggerUserTurnFinished();
  await client.sendClientResponseText("Hello");
  await client.sendClientResponseData({ page: 2 });
  await client.sendClientResponseData("some text");
  client.mute();
  await client.unmute();
  const stream: MediaStream | null = client.getStream();
  log(`stream ${stream === null}`);
  await client.setAudioOutput(false);
  await client.setAudioOutput(true);
  await client.setAudioInput(false);
  const { conversationId, userSpeaking, agentSpeaking, isMuted, audioInputEnabled } = client;
  const levels: number = client.userAudioAmplitude + client.agentAudioAmplitude;
  log([conversationId, userSpeaking, agentSpeaking, isMuted, audioInputEnabled, levels].join(" "));
  if (client.status === "connected" || client.status === "my own word") log(client.status.toUpperCase());
  await client.disconnect();
}

/** Lists of devices, put where an app keeps them. */
export async function keepDevices(keep: (devices: LayercodeAudioInputDevice[]) => void): Promise<() => void> {
  keep(await listAudioInputDevices());
  keep(await listAudioInputDevices({ requestPermission: false }));
  return watchAudioInputDevices((devices) => keep(devices));
}

/** An app's client may be another object in its tests. */
export function describeClient(
  client: Pick<ILayercodeClient, "status" | "isMuted" | "conversationId" | "mute">,
): string {
  const text: string = client.status;
  return `${text} ${client.isMuted} ${client.conversationId}`;
}
export const described = (options: LayercodeClientOptions): string => describeClient(new LayercodeClient(options));

// Each by itself: the compiler tells the first name of an object that it does not know.

export const withVoiceDetection: LayercodeClientOptions = { ...base, enableVAD: true };
export const withResumeDelay: LayercodeClientOptions = { ...base, vadResumeDelay: 500 };
export const withDeviceSwitches: LayercodeClientOptions = { ...base, onDeviceSwitched: () => {} };
export const withDeviceChanges: LayercodeClientOptions = { ...base, onDevicesChanged: () => {} };
export const voiceDetectionOf = (client: LayercodeClient): boolean => client.enableVAD;
export const switchDevice = (client: LayercodeClient): Promise<void> => client.setInputDevice("abcdef123");
export const listDevicesOf = async (client: LayercodeClient) => client.listDevices({ requestPermission: false });
export const followDevices = (client: LayercodeClient): void => {
  client.onDeviceSwitched = () => {};
};
export const followLists = (client: LayercodeClient): void => {
  client.onDevicesChanged = () => {};
};
