import { next, type Transition } from "../../transition.js";
import { settle } from "../calls.js";
import type { ChannelName } from "../channels/channel.js";
import { isPressed, type Talk, type TalkEffect, type TalkSignal } from "./press.js";

type TalkTransition = Transition<Talk, TalkEffect | TalkSignal>;

/** What push-to-talk has to know of its surroundings. */
interface TalkContext {
  readonly isConnected: boolean;
  readonly isMicrophoneOpen: boolean;
  readonly isPushToTalk: boolean;
}

/** How long the tail may take, in ms: a suspended audio thread must not keep the turn open. */
const flushMs = 500;

/** Pressed, at a time of the audio clock in seconds. A second press before the release changes nothing. */
function press(talk: Talk, event: { at: number; call: number }, context: TalkContext): TalkTransition {
  if (isPressed(talk)) return next(talk, settle([event.call]));
  // The tail of the press before is still on its way: that turn ends without it.
  const { state, effects } = endPress(talk, null, context);
  const id = state.pressCount + 1;
  const held: Talk = { ...state, press: { id, at: event.at, releasedAt: null }, pressCount: id };
  return next(held, settle([event.call]), ...effects, ...(context.isConnected ? startTurn : []));
}

/** Released: what was captured by `at`, on the same clock, and not yet sent goes first, then the end of the turn. */
function release(talk: Talk, event: { at: number; call: number }, context: TalkContext): TalkTransition {
  const { press, releaseCalls } = talk;
  if (!press) return next(talk, settle([event.call]));
  const released = { ...press, releasedAt: press.releasedAt ?? event.at };
  const up: Talk = { ...talk, press: released, releaseCalls: [...releaseCalls, event.call] };
  if (!context.isMicrophoneOpen || !context.isConnected) {
    const { state, effects } = endPress(up, null, context);
    return next(state, { signal: "pressReleased" }, ...effects);
  }
  // Released once more while the tail is on its way: this call waits for the same.
  if (press.releasedAt !== null) return next(up);
  return next(
    up,
    { signal: "pressReleased" },
    { type: "flush", press: press.id },
    { type: "schedule", timer: "flushExpired", afterMs: flushMs },
  );
}

/** The press, if there is one, ends without its tail; the server is told, where it knows of the press. */
function endPress(talk: Talk, _event: unknown, { isConnected }: { isConnected: boolean }): TalkTransition {
  if (!talk.press) return next(talk);
  return next(
    { ...talk, press: null, releaseCalls: [] },
    ...(isPressed(talk) ? [{ signal: "pressReleased" } as const] : []),
    { type: "cancel", timer: "flushExpired" },
    ...(isConnected ? endTurn : [{ type: "discardHeldAudio" } as const]),
    settle(talk.releaseCalls),
  );
}

// The trigger first: the acknowledgement of what it interrupts follows it on the wire.
const startTurn: readonly TalkSignal[] = [
  { signal: "send", message: { type: "trigger.turn.start", role: "user" } },
  { signal: "userTurnStarted" },
];
const endTurn: readonly TalkSignal[] = [
  { signal: "send", message: { type: "trigger.turn.end", role: "user" } },
  { signal: "pressEnded" },
];

export const talkHandlers = {
  pressAccepted: press,
  releaseAccepted: release,
  /** The tail of a press is on the wire. */
  flushed: (talk: Talk, { press }: { press: number }, context: TalkContext) =>
    talk.press?.id === press ? endPress(talk, null, context) : next(talk),
  flushExpired: endPress,
  /** What was pressed while the trigger was unknown is no turn of an agent that listens all the time. */
  authorized: (talk: Talk, _event: unknown, context: TalkContext) =>
    context.isPushToTalk ? next(talk) : endPress(talk, null, context),
  /** The user holds already, or still: the server of this connection knows nothing of it yet. */
  connected: (talk: Talk): TalkTransition => next(talk, ...(talk.press ? startTurn : [])),
  /** A press that is held goes on with the next connection; the tail of one that was released is not waited for. */
  connectionLost: (talk: Talk) => (isPressed(talk) ? next(talk) : endPress(talk, null, { isConnected: false })),
  channelSwitchedOff: (talk: Talk, { channel }: { channel: ChannelName }, context: TalkContext) =>
    channel === "audioInput" ? endPress(talk, null, context) : next(talk),
  sessionEnding: endPress,
};
