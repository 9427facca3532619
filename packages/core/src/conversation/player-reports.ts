import type { PlaybackPosition } from "../audio/ports.js";
import type { Step } from "../client/model.js";
import type { PlayerReport } from "../client/reducer.js";
import { acknowledge } from "./acknowledgement.js";
import { endGrace, updatePlayback } from "./playback.js";
import { speechOf } from "./speech.js";
import { assistantEnded, assistantHeard, assistantsHeard } from "./transcript.js";

/** Drain plus this, in ms, counts as finished where the server is not known to send `response.end` (protocol §2). */
const graceMs = 300;

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
  updatePlayback(step, { dry: position });
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

/** Everything of the turn was rendered. */
export function playbackFinished(step: Step, { position }: { position: PlaybackPosition }): void {
  const { unfinished } = step.model.playback;
  heardTo(step, position);
  if (!unfinished.includes(position.turnId)) return answerCut(step, position);
  const left = unfinished.filter((turnId) => turnId !== position.turnId);
  endGrace(step);
  updatePlayback(step, { unfinished: left });
  if (left.length === 0) step.show({ agentSpeaking: false });
  acknowledge(step, position);
}

/** What the interruption cut. */
export function playbackInterrupted(step: Step, { position }: { position: PlaybackPosition }): void {
  heardTo(step, position);
  step.write(assistantsHeard(step.model.transcript));
  if (!step.model.playback.cut.includes(position.turnId)) return;
  answerCut(step, position);
  updatePlayback(step, { cut: [] });
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
  updatePlayback(step, { cut: cut.filter((turnId) => turnId !== position.turnId) });
  acknowledge(step, position);
}

/** Also where the server is told nothing of it any more. */
function heardTo(step: Step, { turnId, ms }: PlaybackPosition): void {
  step.write(assistantHeard(step.model.transcript, turnId, ms));
}
