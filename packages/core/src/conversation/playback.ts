import type { PlaybackPosition } from "../audio/ports.js";
import { expectSignAnew } from "../client/liveness.js";
import type { Step } from "../client/model.js";
import type { PlayerReport } from "../client/reducer.js";
import type { ClientReplayFinishedMessage } from "../protocol/client-messages.js";
import type { InterruptedBy } from "./messages.js";
import { speechOf } from "./speech.js";
import {
  assistantEnded,
  assistantHeard,
  assistantSpoke,
  assistantSpokeAll,
  assistantsCut,
  assistantsHeard,
  assistantText,
  type Piece,
} from "./transcript.js";
import { bareTurnId } from "./turn-id.js";

/** Drain plus this, in ms, counts as finished where the server is not known to send `response.end` (protocol §2). */
const graceMs = 300;
/**
 * With audio output off, a turn is acknowledged so long after its start, in ms, at the latest (protocol §2). With it on,
 * one without a sound so long after its last text, where the server is not known to send `response.end`.
 */
const silentTurnMs = 1000;
/** How many turns that are over are remembered, so that their late audio is dropped. */
const overLimit = 500;

/** The agent's current turn. */
export interface AgentTurn {
  /** As the server wrote it; `null` until a message names it. */
  readonly turnId: string | null;
  readonly ended: boolean;
  readonly hasAudio: boolean;
  /** Whether a `replay_finished` was sent for it. */
  readonly acknowledged: boolean;
}

/** What is being played, and what the server has been told of it. */
export interface Playback {
  readonly turn: AgentTurn | null;
  /** Turns with audio in the player that was not reported finished, as the server wrote them. */
  readonly unfinished: readonly string[];
  /** Bare ids of turns of which nothing more is wanted: interrupted ones, and those of earlier connections. */
  readonly over: readonly string[];
  /** A turn was interrupted before anything named it: whatever comes before the next `turn.start` is its. */
  readonly dropUnannounced: boolean;
  /** Whether a `response.end` came on this connection. */
  readonly serverSendsEnd: boolean;
  /** Interrupted turns of which the player has not said yet what was heard. */
  readonly cut: readonly string[];
  /** Where playback ran dry, until more audio comes. */
  readonly dry: PlaybackPosition | null;
}

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
  update(step, { turn, dropUnannounced: false });
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
  if (turn?.turnId === null) update(step, { turn: { ...turn, turnId } });
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
    update(step, { turn: { ...turn, hasAudio: true } });
  }
  if (!known) update(step, { unfinished: [...unfinished, name] });
  step.run({ type: "enqueue", turnId: name, deltaId, pcm });
}

/** `response.end` of a turn that was claimed. */
export function agentTurnEnded(step: Step, turnId: string): void {
  const { turn } = step.model.playback;
  update(step, { serverSendsEnd: true });
  step.write(assistantSpokeAll(step.model.transcript, turnId));
  endTurn(step, turnId);
  if (!turn || !isTurn(turn, turnId)) return;
  update(step, { turn: { ...turn, ended: true } });
  if (!isAudible(step) || !turn.hasAudio) acknowledgeOnce(step);
}

/** The user took the turn: what plays falls silent, and what still comes of it is dropped. */
export function interruptAgent(step: Step): void {
  const before = step.model.playback;
  const { turn, unfinished, cut } = before;
  const isCut = unfinished.length > 0 || (turn?.turnId && !turn.ended);
  if (isCut && !turn?.acknowledged) step.set({ answer: "cut" });
  endSilence(step);
  endGrace(step);
  cutShort(step, "user");
  drop(step, unfinished);
  if (turn?.turnId && !turn.ended) drop(step, [turn.turnId]);
  update(step, { unfinished: [], cut: [...cut, ...unfinished], dropUnannounced: turn?.turnId === null });
  step.show({ agentSpeaking: false });
  // The player's answer becomes the replay_finished.
  silence(step, before);
}

/** Nothing plays any more of what did before. The player says how far it was heard; a dry one has said it already. */
export function silence(step: Step, { unfinished, dry }: Playback): void {
  if (dry) return playbackInterrupted(step, { position: dry });
  if (unfinished.length === 0) return;
  step.write(assistantsCut(step.model.transcript, unfinished));
  step.run({ type: "interrupt" });
}

/** What is under way of the agent is interrupted: what waits to be heard, and a turn that may still go on. */
export function cutShort(step: Step, by: InterruptedBy): void {
  const { turn, unfinished, serverSendsEnd } = step.model.playback;
  const write = (turnId: string, interruptedBy?: InterruptedBy) =>
    step.write(assistantEnded(step.model.transcript, turnId, interruptedBy));
  for (const turnId of unfinished) write(turnId, by);
  if (!turn?.turnId || turn.ended || unfinished.some((turnId) => isTurn(turn, turnId))) return;
  // Where nothing tells where turns end, one of which all was heard was complete.
  if (turn.acknowledged && !serverSendsEnd) return write(turn.turnId);
  write(turn.turnId, by);
  // Nobody listens to a turn while the sound is off: unless it was switched off in the middle of it.
  const { cut, heardMs } = speechOf(step.model.transcript.speeches, turn.turnId);
  if (!cut && (isAudible(step) || heardMs > 0)) step.write(assistantHeard(step.model.transcript, turn.turnId));
}

/** The player rendered a first sample of the turn. */
export function playbackStarted(step: Step, { turnId }: { turnId: string }): void {
  if (step.model.playback.unfinished.includes(turnId)) step.show({ agentSpeaking: true });
}

/** The player ran dry within a turn: a fault of the network, unless nothing tells where turns end. */
export function playbackRanDry(step: Step, { position }: { position: PlaybackPosition }): void {
  const { unfinished, serverSendsEnd } = step.model.playback;
  const { turnId } = position;
  heardTo(step, position);
  if (!unfinished.includes(turnId)) return answerCut(step, position);
  step.emit("audio:underrun", { turnId });
  update(step, { dry: position });
  if (!serverSendsEnd) step.run({ type: "schedule", timer: "graceExpired", afterMs: graceMs });
}

/** Nothing came within the grace: what was played was all. */
export function graceExpired(step: Step): void {
  const { dry, serverSendsEnd } = step.model.playback;
  // Meanwhile the server may have shown that it tells where turns end.
  if (!dry || serverSendsEnd) return;
  playbackFinished(step, { position: dry });
  step.write(assistantEnded(step.model.transcript, dry.turnId));
}

/** A turn without a sound has waited long enough. */
export function silentTurnExpired(step: Step): void {
  const { turn, serverSendsEnd } = step.model.playback;
  if (!isAudible(step)) return acknowledgeOnce(step);
  if (serverSendsEnd) return;
  acknowledgeOnce(step);
  if (turn?.turnId) step.write(assistantEnded(step.model.transcript, turn.turnId));
}

/** Everything of the turn was rendered. */
export function playbackFinished(step: Step, { position }: { position: PlaybackPosition }): void {
  const { unfinished } = step.model.playback;
  heardTo(step, position);
  if (!unfinished.includes(position.turnId)) return answerCut(step, position);
  const left = unfinished.filter((turnId) => turnId !== position.turnId);
  endGrace(step);
  update(step, { unfinished: left });
  if (left.length === 0) step.show({ agentSpeaking: false });
  acknowledge(step, position);
}

/** What the interruption cut. */
export function playbackInterrupted(step: Step, { position }: { position: PlaybackPosition }): void {
  heardTo(step, position);
  step.write(assistantsHeard(step.model.transcript));
  if (!step.model.playback.cut.includes(position.turnId)) return;
  answerCut(step, position);
  update(step, { cut: [] });
}

/** What a player says after it was closed: only how far it was heard of what was taken from it. */
export function playerToldLate(
  step: Step,
  { type, position }: { type: PlayerReport; position: PlaybackPosition },
): void {
  if (!speechOf(step.model.transcript.speeches, position.turnId).cut) return;
  heardTo(step, position);
  if (type === "playbackInterrupted") step.write(assistantsHeard(step.model.transcript));
}

// Also what the player said of the turn just before the interruption reached it is the answer to it.
function answerCut(step: Step, position: PlaybackPosition): void {
  const { cut } = step.model.playback;
  if (!cut.includes(position.turnId)) return;
  update(step, { cut: cut.filter((turnId) => turnId !== position.turnId) });
  acknowledge(step, position);
}

/** Also where the server is told nothing of it any more. */
function heardTo(step: Step, { turnId, ms }: PlaybackPosition): void {
  step.write(assistantHeard(step.model.transcript, turnId, ms));
}

/** The sound is about to be switched off: what plays falls silent, and the server must not wait for the turn. */
export function silenceOutput(step: Step): void {
  const before = step.model.playback;
  const { turn, unfinished, cut } = before;
  endGrace(step);
  update(step, { unfinished: [], cut: [] });
  silence(step, before);
  step.show({ agentSpeaking: false });
  if (unfinished.length > 0 || cut.length > 0 || !turn?.ended) acknowledgeOnce(step);
}

/** The silence of a turn is over, by its end or another's beginning; with the sound off, that is its acknowledgement. */
function endSilence(step: Step): void {
  if (isAudible(step)) step.run({ type: "cancel", timer: "silentTurnExpired" });
  else acknowledgeOnce(step);
}

/** Sends the turn's one acknowledgement, unless it was sent. */
function acknowledgeOnce(step: Step): void {
  const { turn } = step.model.playback;
  step.run({ type: "cancel", timer: "silentTurnExpired" });
  if (turn && !turn.acknowledged) acknowledge(step, { turnId: turn.turnId, deltaId: null });
}

function acknowledge(step: Step, { turnId, deltaId }: { turnId: string | null; deltaId: string | null }): void {
  const { turn } = step.model.playback;
  if (turn && (turnId === null || isTurn(turn, turnId))) update(step, { turn: { ...turn, acknowledged: true } });
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

function endTurn(step: Step, turnId: string): void {
  const queued = step.model.playback.unfinished.find((other) => isSameTurn(other, turnId));
  const { dry } = step.model.playback;
  if (queued !== undefined) step.run({ type: "end", turnId: queued });
  // The player has said already that it has rendered all.
  if (dry && dry.turnId === queued) playbackFinished(step, { position: dry });
  step.write(assistantEnded(step.model.transcript, turnId));
}

/** Whatever still comes of these turns is not wanted. */
export function drop(step: Step, turnIds: readonly string[]): void {
  const over = new Set([...step.model.playback.over, ...turnIds.map(bareTurnId)]);
  update(step, { over: [...over].slice(-overLimit) });
}

function isTurn(turn: AgentTurn, turnId: string): boolean {
  return turn.turnId !== null && isSameTurn(turn.turnId, turnId);
}

function isSameTurn(one: string, other: string): boolean {
  return bareTurnId(one) === bareTurnId(other);
}

function isAudible(step: Step): boolean {
  return step.state.audioOutput && step.model.audioOutput.status !== "off";
}

/** What was dry is over, or plays on. */
export function endGrace(step: Step): void {
  update(step, { dry: null });
  step.run({ type: "cancel", timer: "graceExpired" });
}

function update(step: Step, patch: Partial<Playback>): void {
  step.set({ playback: { ...step.model.playback, ...patch } });
}
