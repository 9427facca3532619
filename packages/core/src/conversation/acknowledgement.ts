import { expectSignAnew } from "../client/liveness.js";
import type { Step } from "../client/model.js";
import type { ClientReplayFinishedMessage } from "../protocol/client-messages.js";
import { isAudible, isTurn, updatePlayback } from "./playback.js";
import { assistantEnded } from "./transcript.js";

/**
 * With audio output off, a turn is acknowledged so long after its start, in ms, at the latest (protocol §2). With it on,
 * one without a sound so long after its last text, where the server is not known to send `response.end`.
 */
export const silentTurnMs = 1000;

/** A turn without a sound has waited long enough. */
export function silentTurnExpired(step: Step): void {
  const { turn, serverSendsEnd } = step.model.playback;
  if (!isAudible(step)) return acknowledgeOnce(step);
  if (serverSendsEnd) return;
  acknowledgeOnce(step);
  if (turn?.turnId) step.write(assistantEnded(step.model.transcript, turn.turnId));
}

/** The silence of a turn is over, by its end or another's beginning; with the sound off, that is its acknowledgement. */
export function endSilence(step: Step): void {
  if (isAudible(step)) step.run({ type: "cancel", timer: "silentTurnExpired" });
  else acknowledgeOnce(step);
}

/** Sends the turn's one acknowledgement, unless it was sent. */
export function acknowledgeOnce(step: Step): void {
  const { turn } = step.model.playback;
  step.run({ type: "cancel", timer: "silentTurnExpired" });
  if (turn && !turn.acknowledged) acknowledge(step, { turnId: turn.turnId, deltaId: null });
}

/** Tells the server that the turn was heard, as far as it was. */
export function acknowledge(step: Step, { turnId, deltaId }: { turnId: string | null; deltaId: string | null }): void {
  const { turn } = step.model.playback;
  if (turn && (turnId === null || isTurn(turn, turnId)))
    updatePlayback(step, { turn: { ...turn, acknowledged: true } });
  const message: ClientReplayFinishedMessage = {
    type: "trigger.response.audio.replay_finished",
    reason: "completed",
    ...(turnId !== null && { turn_id: turnId }),
    ...(deltaId !== null && { last_delta_id_played: deltaId }),
  };
  const { agentSpeaking, userSpeaking } = step.state;
  step.send(message);
  expectSignAnew(step);
  step.emit("message", { ...message, agentSpeaking, userSpeaking });
}
