import type { Step } from "../client/model.js";
import { acknowledgeOnce, endSilence } from "./acknowledgement.js";
import type { InterruptedBy } from "./messages.js";
import { drop, endGrace, isAudible, isTurn, type Playback, updatePlayback } from "./playback.js";
import { playbackInterrupted } from "./player-reports.js";
import { speechOf } from "./speech.js";
import { assistantEnded, assistantHeard, assistantsCut } from "./transcript.js";

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
  updatePlayback(step, { unfinished: [], cut: [...cut, ...unfinished], dropUnannounced: turn?.turnId === null });
  step.show({ agentSpeaking: false });
  // The player's answer becomes the replay_finished.
  silence(step, before);
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

/** Nothing plays any more of what did before. The player says how far it was heard; a dry one has said it already. */
export function silence(step: Step, { unfinished, dry }: Playback): void {
  if (dry) return playbackInterrupted(step, { position: dry });
  if (unfinished.length === 0) return;
  step.write(assistantsCut(step.model.transcript, unfinished));
  step.run({ type: "interrupt" });
}

/** The sound is about to be switched off: what plays falls silent, and the server must not wait for the turn. */
export function silenceOutput(step: Step): void {
  const before = step.model.playback;
  const { turn, unfinished, cut } = before;
  endGrace(step);
  updatePlayback(step, { unfinished: [], cut: [] });
  silence(step, before);
  step.show({ agentSpeaking: false });
  if (unfinished.length > 0 || cut.length > 0 || !turn?.ended) acknowledgeOnce(step);
}
