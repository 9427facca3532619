import type { LayercodeError } from "../../errors.js";
import { next, type Transition } from "../../transition.js";
import { type Calls, type ErrorEffect, type SettleEffect, settle, type showError, showFailure } from "../calls.js";
import type { Phase } from "../connection/connection.js";

// What concerns both channels: the audio of a session as a whole. The state is whether the browser blocks it.

/** What the audio is asked for; its answer repeats it. */
export type AudioRequest =
  | { type: "prepare"; withAudio: boolean; calls: Calls }
  | { type: "resumeAudio"; calls: Calls };

type AudioEffect = AudioRequest | { type: "close"; calls: Calls } | SettleEffect | ErrorEffect;
type AudioTransition = Transition<boolean, AudioEffect | ReturnType<typeof showError>>;

function prepare(
  isBlocked: boolean,
  { call }: { call: number },
  { wantsAudio }: { wantsAudio: boolean },
): AudioTransition {
  return next(isBlocked, { type: "prepare", withAudio: wantsAudio, calls: [call] });
}

function resumeAudio(isBlocked: boolean, { call }: { call: number }): AudioTransition {
  return next(isBlocked, { type: "resumeAudio", calls: [call] });
}

/** How a request to the audio ended. */
function audioAnswered(
  isBlocked: boolean,
  { request, error }: { request: AudioRequest; error?: LayercodeError },
  { phase }: { phase: Phase },
): AudioTransition {
  if (!error) return next(isBlocked, settle(request.calls));
  // What failed is not kept for a connect() that may do better.
  const isLeftOver = request.type === "prepare" && phase.name === "idle";
  const closing = isLeftOver ? ([{ type: "close", calls: [] }] as const) : [];
  return next(isBlocked, ...closing, ...showFailure(error, request.calls));
}

export const audioHandlers = {
  prepare,
  resumeAudio,
  audioAnswered,
  audioBlocked: (_: boolean, { blocked }: { blocked: boolean }) => next(blocked),
  closeChannels: () => next(false),
};
