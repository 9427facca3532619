import type { Step } from "../client/model.js";
import { bareTurnId, isSameTurn } from "../protocol/turn-id.js";
import { acknowledgeOnce, endSilence, silentTurnMs } from "./acknowledgement.js";
import { drop, endGrace, isAudible, isTurn, updatePlayback } from "./playback.js";
import { playbackFinished } from "./player-reports.js";
import { assistantEnded, assistantSpoke, assistantSpokeAll, assistantText, type Piece } from "./transcript.js";

/** A next turn; nothing more comes for the one before. */
export function agentTurnStarted(step: Step, turnId: string | null): void {
  const { turn: before, over } = step.model.playback;
  // Said twice, or of a turn that is over.
  if (turnId !== null && ((before && !before.ended && isTurn(before, turnId)) || over.includes(bareTurnId(turnId))))
    return;
  step.set({ answer: "none" });
  endSilence(step);
  if (before?.turnId && !before.ended) endTurn(step, before.turnId);
  const turn = { turnId, ended: false, hasAudio: false, acknowledged: false };
  updatePlayback(step, { turn, dropUnannounced: false });
  if (!isAudible(step)) step.run({ type: "schedule", timer: "silentTurnExpired", afterMs: silentTurnMs });
}

/** Whether a `response.*` message is still wanted; it names, or begins, the turn where no other is under way. */
export function claimTurn(step: Step, turnId: string): boolean {
  const { turn, over, dropUnannounced } = step.model.playback;
  if (over.includes(bareTurnId(turnId))) return false;
  if (dropUnannounced) {
    // Now it has a name, by which it is known after the next turn has begun, too.
    drop(step, [turnId]);
    return false;
  }
  if (turn?.turnId === null) updatePlayback(step, { turn: { ...turn, turnId } });
  else if (!turn || (turn.ended && !isTurn(turn, turnId))) agentTurnStarted(step, turnId);
  return true;
}

/** `response.text` and `response.text.delta`. */
export function agentText(step: Step, piece: Piece, isDelta: boolean): void {
  if (!claimTurn(step, piece.turnId)) return;
  step.write(assistantText(step.model.transcript, piece, isDelta));
  const { turn, serverSendsEnd } = step.model.playback;
  if (!turn || !isTurn(turn, piece.turnId)) return;
  // It comes after its turn's end: more of it will not.
  if (turn.ended) step.write(assistantEnded(step.model.transcript, piece.turnId));
  const mayStaySilent = !turn.hasAudio && !turn.acknowledged;
  if (mayStaySilent && !serverSendsEnd && isAudible(step))
    step.run({ type: "schedule", timer: "silentTurnExpired", afterMs: silentTurnMs });
}

/** `response.audio` of a turn that was claimed. */
export function agentAudio(step: Step, turnId: string, deltaId: string | null, pcm: Uint8Array<ArrayBuffer>): void {
  step.write(assistantSpoke(step.model.transcript, turnId, pcm.length));
  if (!isAudible(step)) return acknowledgeOnce(step);
  if (pcm.length === 0) return;
  const { turn, unfinished } = step.model.playback;
  // One turn to the player, also where the server writes its id with and without a prefix.
  const known = unfinished.find((other) => isSameTurn(other, turnId));
  const name = known ?? turnId;
  endGrace(step);
  if (turn && !turn.hasAudio && isTurn(turn, turnId)) {
    step.run({ type: "cancel", timer: "silentTurnExpired" });
    updatePlayback(step, { turn: { ...turn, hasAudio: true } });
  }
  if (!known) updatePlayback(step, { unfinished: [...unfinished, name] });
  step.run({ type: "enqueue", turnId: name, deltaId, pcm });
}

/** `response.end` of a turn that was claimed. */
export function agentTurnEnded(step: Step, turnId: string): void {
  const { turn } = step.model.playback;
  updatePlayback(step, { serverSendsEnd: true });
  step.write(assistantSpokeAll(step.model.transcript, turnId));
  endTurn(step, turnId);
  if (!turn || !isTurn(turn, turnId)) return;
  updatePlayback(step, { turn: { ...turn, ended: true } });
  if (!isAudible(step) || !turn.hasAudio) acknowledgeOnce(step);
}

function endTurn(step: Step, turnId: string): void {
  const queued = step.model.playback.unfinished.find((other) => isSameTurn(other, turnId));
  const { dry } = step.model.playback;
  if (queued !== undefined) step.run({ type: "end", turnId: queued });
  // The player has said already that it has rendered all.
  if (dry && dry.turnId === queued) playbackFinished(step, { position: dry });
  step.write(assistantEnded(step.model.transcript, turnId));
}
