import type { PlaybackPosition } from "../audio/ports.js";
import type { Step } from "../client/model.js";
import type { ClientReplayFinishedMessage } from "../protocol/client-messages.js";
import { assistantEnded, assistantInterrupted } from "./transcript.js";
import { bareTurnId } from "./turn-id.js";

/** Drain plus this, in ms, counts as finished where the server is not known to send `response.end` (protocol §2). */
const graceMs = 300;
/** With audio output off, a turn is acknowledged after this, in ms, at the latest (protocol §2). */
const silentTurnMs = 1000;
/** How many turns that are over are remembered, so that their late messages are known. */
const memoryLimit = 64;

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
  /** Bare ids of interrupted turns, newest last. */
  readonly interrupted: readonly string[];
  /** Bare ids of the turns before the current one, newest last. */
  readonly past: readonly string[];
  /** A turn was interrupted before anything named it: whatever comes before the next `turn.start` is its. */
  readonly dropUnannounced: boolean;
  /** Whether a `response.end` came on this connection. */
  readonly serverSendsEnd: boolean;
  /** Where playback ran dry while the grace runs. */
  readonly dry: PlaybackPosition | null;
}

export const initialPlayback: Playback = {
  turn: null,
  unfinished: [],
  interrupted: [],
  past: [],
  dropUnannounced: false,
  serverSendsEnd: false,
  dry: null,
};

/** `turn.start assistant`: the next turn; nothing more comes for the one before. */
export function agentTurnStarted(step: Step, turnId: string | null): void {
  const { turn: before, past } = step.model.playback;
  if (before && !isPlayable(step)) acknowledgeOnce(step);
  if (before?.turnId && !before.ended) endPlayback(step, before.turnId);
  update(step, {
    turn: { turnId, ended: false, hasAudio: false, acknowledged: false },
    past: before?.turnId ? [...past, bareTurnId(before.turnId)].slice(-memoryLimit) : past,
    dropUnannounced: false,
  });
  if (!isPlayable(step)) step.run({ type: "schedule", timer: "silent-turn", afterMs: silentTurnMs });
}

/** Makes a turn that is new here the current one; false when the message belongs to an interrupted turn. */
export function claimTurn(step: Step, turnId: string): boolean {
  const { turn, interrupted, past, dropUnannounced } = step.model.playback;
  if (dropUnannounced || interrupted.includes(bareTurnId(turnId))) return false;
  if (isTurn(turn, turnId) || past.includes(bareTurnId(turnId))) return true;
  if (turn && turn.turnId === null) update(step, { turn: { ...turn, turnId } });
  else agentTurnStarted(step, turnId);
  return true;
}

/** `response.audio` of a turn that was claimed. */
export function agentAudio(step: Step, turnId: string, deltaId: string | null, pcm: Uint8Array<ArrayBuffer>): void {
  if (!isPlayable(step)) return acknowledgeOnce(step);
  if (pcm.length === 0) return;
  const { turn, unfinished } = step.model.playback;
  if (turn && isTurn(turn, turnId)) update(step, { turn: { ...turn, hasAudio: true } });
  endGrace(step);
  if (!unfinished.includes(turnId)) update(step, { unfinished: [...unfinished, turnId] });
  step.run({ type: "player.enqueue", turnId, deltaId, pcm });
}

/** `response.end` of a turn that was claimed. */
export function agentTurnEnded(step: Step, turnId: string): void {
  const { turn } = step.model.playback;
  update(step, { serverSendsEnd: true });
  endPlayback(step, turnId);
  if (!turn || turn.ended || !isTurn(turn, turnId)) return;
  update(step, { turn: { ...turn, ended: true } });
  if (!isPlayable(step) || !turn.hasAudio) acknowledgeOnce(step);
}

/** The user took the turn: what plays falls silent, and what still comes of it is dropped. */
export function interruptAgent(step: Step): void {
  const { turn, unfinished, interrupted } = step.model.playback;
  const cut = [...unfinished];
  if (turn && !turn.ended && turn.turnId !== null && !cut.includes(turn.turnId)) cut.push(turn.turnId);
  endGrace(step);
  update(step, {
    unfinished: [],
    interrupted: [...interrupted, ...cut.map(bareTurnId)].slice(-memoryLimit),
    dropUnannounced: turn !== null && turn.turnId === null,
  });
  for (const turnId of cut) step.setTranscript(assistantInterrupted(step.model.transcript, turnId));
  step.show({ agentSpeaking: false });
  // The player answers with what was heard; that answer becomes the replay_finished.
  if (unfinished.length > 0) step.run({ type: "player.interrupt" });
}

/** The player rendered a first sample of the turn. */
export function playbackStarted(step: Step, turnId: string): void {
  if (step.model.playback.unfinished.includes(turnId)) step.show({ agentSpeaking: true });
}

/** The player ran dry within a turn: a fault of the network, unless nothing tells where turns end. */
export function playbackRanDry(step: Step, position: PlaybackPosition): void {
  const { turnId } = position;
  if (!step.model.playback.unfinished.includes(turnId)) return;
  step.run({ type: "emit", event: "audio:underrun", payload: { turnId } });
  if (step.model.playback.serverSendsEnd) return;
  update(step, { dry: position });
  step.run({ type: "schedule", timer: "grace", afterMs: graceMs });
}

/** Nothing came within the grace: what was played was all. */
export function graceExpired(step: Step): void {
  const { dry } = step.model.playback;
  if (dry) playbackFinished(step, dry);
}

/** Everything of the turn was rendered. */
export function playbackFinished(step: Step, position: PlaybackPosition): void {
  const { unfinished } = step.model.playback;
  if (!unfinished.includes(position.turnId)) return;
  const left = unfinished.filter((turnId) => turnId !== position.turnId);
  endGrace(step);
  update(step, { unfinished: left });
  if (left.length === 0) step.show({ agentSpeaking: false });
  acknowledge(step, position);
}

/** What the interruption cut. */
export function playbackInterrupted(step: Step, position: PlaybackPosition): void {
  acknowledge(step, position);
}

/** Nothing is played any more: the server must not wait for the turn. */
export function outputSwitchedOff(step: Step): void {
  const { turn, unfinished } = step.model.playback;
  endGrace(step);
  update(step, { unfinished: [] });
  step.show({ agentSpeaking: false });
  if (unfinished.length > 0 || (turn && !turn.ended)) acknowledgeOnce(step);
}

/** Sends the turn's one acknowledgement, unless it was sent. */
export function acknowledgeOnce(step: Step): void {
  const { turn } = step.model.playback;
  step.run({ type: "cancel", timer: "silent-turn" });
  if (turn && !turn.acknowledged) acknowledge(step, { turnId: turn.turnId, deltaId: null });
}

function acknowledge(step: Step, heard: { turnId: string | null; deltaId: string | null }): void {
  const { turn } = step.model.playback;
  if (turn && turn.turnId === heard.turnId) update(step, { turn: { ...turn, acknowledged: true } });
  if (step.model.link !== "open") return;
  const message: ClientReplayFinishedMessage = {
    type: "trigger.response.audio.replay_finished",
    reason: "completed",
    ...(heard.turnId === null ? {} : { turn_id: heard.turnId }),
    ...(heard.deltaId === null ? {} : { last_delta_id_played: heard.deltaId }),
  };
  const { agentSpeaking, userSpeaking } = step.state;
  step.run(
    { type: "send", message },
    { type: "emit", event: "message", payload: { ...message, agentSpeaking, userSpeaking } },
  );
}

function endPlayback(step: Step, turnId: string): void {
  if (step.model.playback.unfinished.includes(turnId)) step.run({ type: "player.end", turnId });
  step.setTranscript(assistantEnded(step.model.transcript, turnId));
}

function isTurn(turn: AgentTurn | null, turnId: string): boolean {
  return turn !== null && turn.turnId !== null && bareTurnId(turn.turnId) === bareTurnId(turnId);
}

function isPlayable(step: Step): boolean {
  return step.state.audioOutput && step.model.speaker.status !== "off";
}

function endGrace(step: Step): void {
  if (!step.model.playback.dry) return;
  update(step, { dry: null });
  step.run({ type: "cancel", timer: "grace" });
}

function update(step: Step, patch: Partial<Playback>): void {
  step.set({ playback: { ...step.model.playback, ...patch } });
}
