import type { PlaybackPosition } from "../audio/ports.js";
import type { AgentConfig } from "../authorization/schema.js";
import {
  acknowledgeOnce,
  graceExpired,
  interruptAgent,
  playbackFinished,
  playbackInterrupted,
  playbackRanDry,
  playbackStarted,
} from "../conversation/playback.js";
import { trimmed, userTyped } from "../conversation/transcript.js";
import { receive } from "../conversation/turns.js";
import type { LayercodeError } from "../errors.js";
import type { ParseResult } from "../protocol/parse.js";
import type { ServerMessage } from "../protocol/server-messages.js";
import type { TransportClose } from "../transport/transport.js";
import {
  microphoneFailed,
  microphoneOpened,
  setAudioInput,
  setAudioOutput,
  setMuted,
  speakerFailed,
  speakerOpened,
  unansweredPrompt,
} from "./channels.js";
import {
  authorized,
  connect,
  connectedWhenReady,
  connectFailed,
  connectTimedOut,
  disconnect,
  socketClosed,
  socketOpened,
} from "./connection.js";
import type { Effect, TimerName } from "./effects.js";
import { type Model, Step } from "./model.js";
import { flushExpired, press, release, tailFlushed } from "./push-to-talk.js";

/** Whatever happens to a client. Outcomes of effects repeat the number of what they belong to. */
export type ClientEvent =
  | { type: "connect"; call: number }
  | { type: "disconnect"; call: number }
  | { type: "authorized"; attempt: number; clientSessionKey: string; conversationId: string; config: AgentConfig | null }
  | { type: "connect.failed"; attempt: number; error: LayercodeError }
  | { type: "socket.opened"; attempt: number }
  | { type: "socket.message"; attempt: number; frame: ParseResult<ServerMessage> }
  | { type: "socket.closed"; attempt: number; close: TransportClose }
  | { type: "microphone.opened"; microphone: number }
  | { type: "microphone.failed"; microphone: number; error: LayercodeError }
  | { type: "speaker.opened"; speaker: number }
  | { type: "speaker.failed"; speaker: number; error: LayercodeError }
  | { type: "player.started"; speaker: number; turnId: string }
  | { type: "player.underrun" | "player.finished" | "player.interrupted"; speaker: number; position: PlaybackPosition }
  | { type: "timer"; timer: TimerName }
  | { type: "audioInput"; on: boolean; call: number }
  | { type: "audioOutput"; on: boolean; call: number }
  | { type: "mute"; muted: boolean }
  | { type: "press"; at: number }
  | { type: "release"; call: number }
  | { type: "flushed"; press: number }
  | { type: "text"; text: string }
  | { type: "data"; data: Record<string, unknown> };

/** The one place that decides: what a client knows after an event, and what is to be done. Pure; `now` in ms. */
export function reduce(model: Model, event: ClientEvent, now: number): { model: Model; effects: Effect[] } {
  const step = new Step(model, now);
  if (isCurrent(model, event)) {
    apply(step, event);
    connectedWhenReady(step);
  }
  return { model: step.model, effects: step.effects };
}

function isCurrent(model: Model, event: ClientEvent): boolean {
  if ("attempt" in event) return event.attempt === model.attempt;
  if ("microphone" in event) return event.microphone === model.microphone.id;
  if ("speaker" in event) return event.speaker === model.speaker.id;
  return true;
}

function apply(step: Step, event: ClientEvent): void {
  switch (event.type) {
    case "connect":
      return connect(step, event.call);
    case "disconnect":
      return disconnect(step, event.call);
    case "authorized":
      return authorized(step, event);
    case "connect.failed":
      return connectFailed(step, event.error);
    case "socket.opened":
      return socketOpened(step);
    case "socket.message":
      if (event.frame.ok) return receive(step, event.frame.message);
      return step.run({ type: "emit", event: "error", payload: event.frame.error });
    case "socket.closed":
      return socketClosed(step, event.close);
    case "microphone.opened":
      return microphoneOpened(step);
    case "microphone.failed":
      return channelFailed(step, event.error, microphoneFailed);
    case "speaker.opened":
      return speakerOpened(step);
    case "speaker.failed":
      return channelFailed(step, event.error, speakerFailed);
    case "player.started":
      return playbackStarted(step, event.turnId);
    case "player.underrun":
      return playbackRanDry(step, event.position);
    case "player.finished":
      return playbackFinished(step, event.position);
    case "player.interrupted":
      return playbackInterrupted(step, event.position);
    case "timer":
      return timerFired(step, event.timer);
    case "audioInput":
      return setAudioInput(step, event.on, event.call);
    case "audioOutput":
      return setAudioOutput(step, event.on, event.call);
    case "mute":
      return setMuted(step, event.muted);
    case "press":
      return press(step, event.at);
    case "release":
      return release(step, event.call);
    case "flushed":
      return tailFlushed(step, event.press);
    case "text":
      return sendText(step, event.text);
    case "data":
      return step.run({ type: "send", message: { type: "client.response.data", data: event.data } });
  }
}

/** While connecting, a channel that fails is the end of it; later the conversation goes on without it. */
function channelFailed(step: Step, error: LayercodeError, goOn: (step: Step, error: LayercodeError) => void): void {
  if (step.state.status === "connecting") connectFailed(step, error);
  else goOn(step, error);
}

function timerFired(step: Step, timer: TimerName): void {
  switch (timer) {
    case "connect":
      return connectTimedOut(step);
    case "microphone":
      return channelFailed(step, unansweredPrompt(), microphoneFailed);
    case "flush":
      return flushExpired(step);
    case "grace":
      return graceExpired(step);
    case "silent-turn":
      return acknowledgeOnce(step);
  }
}

function sendText(step: Step, text: string): void {
  const { transcript, settings } = step.model;
  step.setTranscript(trimmed(userTyped(transcript, text, step.now), settings.maxMessages));
  // The message first: the acknowledgement of what it interrupts follows it on the wire.
  step.run({ type: "send", message: { type: "client.response.text", content: text } });
  interruptAgent(step);
}
