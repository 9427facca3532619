import type { ListedDevices, PlaybackPosition } from "../audio/ports.js";
import type { ConversationEffect, ConversationSignal } from "../conversation/conversation.js";
import type { PlayerReport } from "../conversation/player-reports.js";
import type { LayercodeError } from "../errors.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import type { ErrorEffect, SettleEffect } from "./calls.js";
import type { AudioRequest } from "./channels/audio.js";
import type { ChannelEffect, ChannelSignal } from "./channels/channel.js";
import type { ConnectionEffect, ConnectionSignal } from "./connection/connection.js";
import type { DetectionEffect, DetectionSignal } from "./detection/detection.js";
import type { DevicesEffect, DevicesSignal } from "./devices/devices.js";
import type { OutputsEffect, OutputsSignal } from "./devices/outputs.js";
import type { OutboxSignal } from "./outbox/outbox.js";
import type { AcceptedRequest, KeptRequest } from "./requests.js";
import type { TalkEffect, TalkSignal } from "./talk/press.js";
import type { ToolCallEffect, ToolCallSignal } from "./tool-calls/tool-calls.js";

/** What the machine wants done. A value, until the runtime carries it out. */
export type Effect =
  | ConversationEffect
  | ConnectionEffect
  | ChannelEffect
  | TalkEffect
  | AudioRequest
  | SettleEffect
  | ErrorEffect
  | ToolCallEffect
  | DetectionEffect
  | DevicesEffect
  | OutputsEffect
  /** Writes a message; `messageId` is the entry in the transcript that it is. */
  | { type: "send"; message: ClientMessage; messageId?: string | undefined }
  | { type: "emit"; event: "audio:uplink-congested"; payload: undefined }
  | { type: "emit"; event: "devicesListed"; payload: ListedDevices };

/** What one slice tells the others. It is taken at once, in its place among the effects, and nobody outside sees it. */
export type Signal =
  | ConversationSignal
  | ConnectionSignal
  | ChannelSignal
  | TalkSignal
  | OutboxSignal
  | ToolCallSignal
  | DetectionSignal
  | DevicesSignal
  | OutputsSignal
  /** Puts what went wrong into the snapshot; `null` takes it out again. */
  | { signal: "showError"; error: LayercodeError | null }
  | KeptRequest
  | AcceptedRequest
  /** A report of a player that was closed. */
  | { signal: "playerReportedLate"; report: { type: PlayerReport; position: PlaybackPosition } }
  /** Everything that the event led to has been taken. */
  | { signal: "eventEnded" };
