import type {
  AudioInputDevice,
  DetectionSettings,
  ListedDevices,
  PlaybackPosition,
  SpeechEvent,
} from "../audio/ports.js";
import type { ConversationTimer } from "../conversation/conversation.js";
import type { PlayerReport } from "../conversation/player-reports.js";
import type { TurnSummary } from "../conversation/turn-summary.js";
import type { LayercodeError } from "../errors.js";
import type { Frame } from "../protocol/codec.js";
import type { ToolOutcome } from "../protocol/tool-calls.js";
import type { Dialled, TransportClose } from "../transport/transport.js";
import type { AudioRequest } from "./channels/audio.js";
import type { ChannelName, DeviceRequest } from "./channels/channel.js";
import type { Muting } from "./channels/input.js";
import type { Authorized, ConnectionTimer, EndedByPage, PageState } from "./connection/connection.js";
import type { Outgoing } from "./outbox/outbox.js";
import type { Settings } from "./settings.js";
import type { UnknownName } from "./unknown-name.js";

/** What needs a connection; refused without one. */
export type ConnectedRequest =
  | { type: "press"; at: number }
  | { type: "release"; at: number }
  | { type: "sendText"; text: string }
  | { type: "sendData"; data: unknown };

/** What an app asks for. */
export type Request =
  | ConnectedRequest
  | { type: "connect" | "disconnect" }
  | { type: "setChannel"; channel: ChannelName; on: boolean }
  | { type: "setMuted"; muted: Muting | null }
  | { type: "preferInputDevice" | "setOutputDevice"; deviceId: string | null }
  | { type: "setVolume"; volume: number }
  | { type: "resumeAudio" | "prepare" };

/** A request, with the number of the call that waits for its outcome. */
export type Called<R> = R & { call: number };

/** A timer has fired: it is named by this event. */
export type TimerName = ConversationTimer | ConnectionTimer | "flushExpired" | "promptExpired" | "systemMuteLasts";

/** Whatever happens to a client. Outcomes of effects repeat the number of what they belong to. */
export type ClientEvent =
  | Called<Request>
  | { type: "connectAborted"; call: number }
  | { type: "settingsChanged"; settings: Settings }
  | { type: "conversationChosen"; conversationId: string | null }
  /** An option, or an event of `client.on()`, that there is not: for the log. */
  | UnknownName
  /** The code of a session is there. */
  | { type: "sessionLoaded" }
  | ({ type: "authorized"; attempt: number } & Authorized)
  | { type: "connectFailed"; attempt: number; error: LayercodeError }
  | { type: "socketOpened"; attempt: number }
  | ({ type: "socketMessage"; attempt: number } & Frame)
  | ({ type: "socketClosed"; attempt: number; dialled?: Dialled } & TransportClose)
  | ({ type: "unsent" } & Outgoing)
  /** A tool of the page is done, or has failed. */
  | { type: "toolSettled"; callId: string; outcome: ToolOutcome; error?: LayercodeError }
  | { type: "flushed"; press: number }
  | ({ type: "pageChanged" } & PageState)
  /** The device has slept. */
  | { type: "woken" }
  | { type: "uplinkCongested" }
  /** The network has taken nothing for seconds, though it was offered audio, and nothing came. */
  | { type: "uplinkStalled"; attempt: number }
  | ({ type: "takenOver" } & EndedByPage)
  /** Another client of this page speaks as well, and this one is not `exclusive`: for the log. */
  | { type: "speakingTogether" }
  | { type: "channelOpened"; channel: ChannelName; id: number; deviceId: string | null; canSetDevice: boolean }
  | { type: "channelFailed"; channel: ChannelName; id: number; error: LayercodeError }
  | { type: "microphoneSilent"; channel: "audioInput"; id: number; silent: boolean }
  /** The system has muted the microphone, as for a phone call, or lets it go on. */
  | { type: "microphoneMuted"; channel: "audioInput"; id: number; muted: boolean }
  /** The microphones that there are, at first and whenever one comes or goes. */
  | { type: "inputDevicesListed"; devices: readonly AudioInputDevice[] }
  /** What there is to choose from: somebody watches it. */
  | { type: "devicesListed"; listed: ListedDevices }
  /** The loudspeakers that there are, at first and whenever one comes or goes. */
  | { type: "outputDevicesListed"; devices: readonly AudioInputDevice[] }
  /** The microphone hears the user begin to speak, or stop. */
  | { type: "speech"; channel: "audioInput"; id: number; speech: SpeechEvent }
  /** The detector does not work: loudness alone goes on where the code is `detector-failed`, nothing where it is another. */
  | { type: "detectorFailed"; channel: "audioInput"; id: number; error: Error & { code?: string } }
  /** Whether the microphone listens for speech as it was asked to, and whether the player can pause and get quieter when it hears some. */
  | { type: "detectionAnswered"; asked: DetectionSettings; isRunning: boolean; canHold: boolean }
  /** A recording has ended with an error: the session goes on. */
  | { type: "recordingFailed"; error: LayercodeError }
  | { type: "audioBlocked"; blocked: boolean }
  | { type: "audioAnswered"; request: AudioRequest; error?: LayercodeError }
  | {
      type: "deviceAnswered";
      channel: ChannelName;
      request: DeviceRequest;
      error?: LayercodeError;
      /** The device that is open now, `null` where the platform does not tell; not there where nothing is known of it. */
      deviceId?: string | null;
    }
  | {
      type: "playbackStarted";
      channel: "audioOutput";
      id: number;
      turnId: string;
      silentMs?: number | undefined;
      /** When it is heard, in seconds on the audio clock. */
      time?: number | undefined;
    }
  /** A turn of the agent is over, and the app asks how it went. */
  | { type: "turnSummarized"; summary: TurnSummary }
  | { type: "playerFull"; channel: "audioOutput"; id: number; turnId: string }
  | { type: PlayerReport; channel: "audioOutput"; id: number; position: PlaybackPosition }
  | { type: TimerName };
