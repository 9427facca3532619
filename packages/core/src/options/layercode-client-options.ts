import type { AudioInput, AudioOutput, Vad } from "../audio/ports.js";
import type { AuthorizeSessionRequest } from "../authorization/schema.js";
import type { Message } from "../conversation/messages.js";
import type { ReconnectOptions } from "../machine/connection/reconnect-policy.js";
import type { StandardSchemaV1 } from "../standard-schema.js";
import type { WebSocketConstructor } from "../transport/websocket.js";
import type { LayercodeClientCallbacks } from "./callbacks.js";
import type { Tools } from "./tools.js";

/** How much is logged; each level adds to the one before. */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** What a log is written to; `console` is one. */
export type Logger = Record<Exclude<LogLevel, "silent">, (message: string, details: object) => void>;

/** What of the options concerns the log. */
export interface LogOptions {
  /** Where to log, `console` for example. It is told no key and no audio; what was said only at `debug`. */
  logger?: Logger | undefined;
  /** How much is logged: `error`, `warn`, `info` or `debug`. Default `silent`. */
  logLevel?: LogLevel | undefined;
}

/** What an app wants its backend to know. */
// biome-ignore lint/suspicious/noExplicitAny: an interface of the app's own would not fit a record of unknown.
type Metadata = Record<string, any>;

/** The same type, but nothing is inferred from it: a handler does not say what data is. */
type Deferred<T> = [T][T extends unknown ? 0 : never];

/** The options of `LayercodeClient`; `setOptions()` takes them anew and says what applies when. */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is any.
export interface LayercodeClientOptions<Content = any, Inputs = any, Sent = any>
  extends LayercodeClientCallbacks<Deferred<Content>>,
    LogOptions {
  /** The agent to talk with. */
  agentId: string;
  /** Your backend's endpoint: a path on this origin, or a full URL. */
  authorizeSessionEndpoint: string;
  /** A conversation to resume. Default `null`: a new one. */
  conversationId?: string | null | undefined;
  /** Passed on to your backend and its webhooks. A function is asked at each authorization, reconnects included. Default `{}`. */
  metadata?: Metadata | (() => Metadata | Promise<Metadata>) | undefined;
  /** Replaces the `fetch` to the endpoint, to add a header for example. */
  authorizeSessionRequest?: AuthorizeSessionRequest | undefined;
  /** Whether the microphone is on. Default `true`. */
  audioInput?: boolean | undefined;
  /** Whether the agent is heard. Default `true`. */
  audioOutput?: boolean | undefined;
  /** How loud the agent is, 0..1. Default 1. */
  volume?: number | undefined;
  /** No microphone prompt and no AudioContext until audio is switched on. Default `false`. */
  deferAudioInit?: boolean | undefined;
  /** Whether the amplitude callbacks are called. Default `true`; without a listener nothing is measured. */
  enableAmplitudeMonitoring?: boolean | undefined;
  /** How the microphone is asked for; over the defaults (echo cancellation, noise suppression, gain control). */
  audioConstraints?: MediaTrackConstraints | undefined;
  /** A stream of the app's own instead of the user's microphone; it is used, and never stopped. */
  mediaStream?: MediaStream | undefined;
  /** Makes, on the context it is given, a node that what is captured goes through: for noise suppression, say. */
  audioProcessor?: ((context: AudioContext) => AudioNode | Promise<AudioNode>) | undefined;
  /** Milliseconds of microphone audio in a message, 10..100. Default 20. */
  frameMs?: number | undefined;
  /**
   * What is played when the network is late. `adaptive`: speech is made a little longer, at the same pitch, while what
   * arrives is nearly late, and goes on for up to 60 ms when it is too late. `plain`: every sample as it came; a jitter buffer
   * waits for more. Default `adaptive`.
   */
  playout?: "adaptive" | "plain" | undefined;
  /** The URL of a self-hosted `@layercode/audio/worklet.js`, for a strict Content-Security-Policy. */
  workletUrl?: string | URL | undefined;
  /**
   * Whether speech is detected on the page, as far as the agent's configuration wants it: only speech is sent then, with a
   * second from before it, and the agent falls silent at once when the user speaks. Nothing of it is loaded in push-to-talk.
   * Default `true`.
   */
  enableVAD?: boolean | undefined;
  /**
   * What tells speech from everything else. `silero`: a model, on the audio thread; loudness alone until it is there, and
   * where it does not work. `energy`: loudness alone. `false`: as `enableVAD: false`. Or a detector of the app's own, called
   * on the main thread. Default `silero`.
   */
  vad?: "silero" | "energy" | false | Vad | undefined;
  /** The URL of a self-hosted model of the detector. Default: in the package. */
  vadModelUrl?: string | URL | undefined;
  /** The URL of a self-hosted worklet of the detector, for a strict Content-Security-Policy. Default: in the package. */
  vadWorkletUrl?: string | URL | undefined;
  /** The URL of a self-hosted `@layercode/audio/recording.js`, for a strict Content-Security-Policy. Default: in the package. */
  recordingWorkletUrl?: string | URL | undefined;
  /**
   * What speech does to an agent that speaks. `local`: it pauses at once, and goes on if the server hears no turn of the
   * user. `server`: it is interrupted when the server has heard the user. `off`: speech never interrupts it; a press, a typed
   * message and `disconnect()` do. Default `local`.
   */
  bargeIn?: "local" | "server" | "off" | undefined;
  /** Milliseconds from the end of speech until an agent goes on that has paused for nothing. Default 500. */
  vadResumeDelay?: number | undefined;
  /** Milliseconds for authorization and socket together. Default 15000. */
  connectTimeout?: number | undefined;
  /**
   * Whether what the user says while it first connects, from when the microphone is open, is sent as soon as it is
   * connected, in order; a number: the last so many ms of it, 10000 at most. An agent with push-to-talk hears nothing of it
   * but what was said since a press. Default `false`; `true` is 10000.
   */
  preConnectBuffer?: boolean | number | undefined;
  /** How a lost connection is mended; `false`: not at all, the session ends with it. */
  reconnect?: ReconnectOptions | false | undefined;
  /**
   * Whether the browser's User Timing shows how long things take: measures `layercode:connect` and `layercode:turn`, with what
   * `turn-summary` tells as `detail`. Default `false`.
   */
  userTiming?: boolean | undefined;
  /**
   * What happens when the page is hidden: another tab, another app, a locked phone. `continue`: nothing. `mute`: the
   * microphone is given back, and opened again when the page is seen, unless somebody has muted it. `end`: the session ends,
   * by `page`. It counts from when the client is connected. Default `continue`.
   */
  onHidden?: "continue" | "mute" | "end" | undefined;
  /**
   * Whether the system's media controls (a locked screen, a headset, Picture-in-Picture) hang up and mute, where the browser
   * has `navigator.mediaSession`. Default `true`.
   */
  mediaSession?: boolean | undefined;
  /**
   * Whether the page tells iOS that it records while it plays, by `navigator.audioSession`, as long as a microphone is open.
   * Default `true`.
   */
  audioSession?: boolean | undefined;
  /**
   * Whether the chosen microphone and loudspeaker survive a reload, in `localStorage`: by their ids, or else their names.
   * A text is the name under which they are stored, `layercode.devices` otherwise. Default `false`: nothing is stored.
   */
  rememberDevices?: boolean | string | undefined;
  /** Whether the screen stays on while connected, where the browser can. Default `true`. */
  wakeLock?: boolean | undefined;
  /**
   * Whether only one tab of this origin speaks at a time, by Web Locks: the one that connects last. The other's session
   * ends with the error `aborted`. Where the browser refuses them, nothing is exclusive. Default `false`.
   */
  exclusive?: boolean | undefined;
  /** Whether the request to the endpoint carries cookies. Default: the browser's, `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** A transcript to go on from, as `messages` of an earlier snapshot gave it. Default: none. */
  initialMessages?: readonly Message[] | undefined;
  /** How many transcript messages are kept. Default 500. */
  maxMessages?: number | undefined;
  /**
   * What data of the backend is, as a Standard Schema of zod, valibot, ArkType, …: it types `onDataMessage` and the event
   * `data`, which get what it makes of the content. What does not fit is the error `invalid-data`, and still comes, as it was
   * received, with `issues`. An async schema is refused in the same way: messages keep their order and wait for nothing.
   */
  data?: StandardSchemaV1<unknown, Content> | undefined;
  /**
   * What the page sends by `sendClientResponseData()`, as a Standard Schema: it types the argument, and what it makes of it is
   * sent. What does not fit is refused with `invalid-data`, and so is everything by an async schema.
   */
  clientData?: StandardSchemaV1<Sent, unknown> | undefined;
  /**
   * What the page can do for the agent, by name. Your backend calls it by `createToolCaller()` of `@layercode/core/server`.
   * `addTool()` adds more.
   */
  tools?: Tools<Inputs> | undefined;
  /** Milliseconds that a tool may take that has no `timeout` of its own. Default 30000. */
  toolTimeout?: number | undefined;
  /** The service's WebSocket URL, a path on this origin included: for a proxy, or a local emulator. */
  url?: string | URL | undefined;
  /** A pair of audio ports instead of the browser's microphone and speaker. */
  audio?: { input: AudioInput; output: AudioOutput } | undefined;
  /** A WebSocket implementation, where the platform has none. */
  WebSocket?: WebSocketConstructor | undefined;
  /** A `fetch`, where the platform's is not the one to use. */
  fetch?: typeof fetch | undefined;
}
