import type { Step } from "../client/model.js";
import { initialPlayback } from "./initial-playback.js";
import type { Message, Transcript } from "./messages.js";
import { cutShort, endGrace, interruptedLimit } from "./playback.js";
import { bareTurnId } from "./turn-id.js";

/** The connection is lost, and with it whatever was to come: what plays falls silent, and there is nobody to tell. */
export function connectionCut(step: Step): void {
  const { turn, unfinished, interrupted } = step.model.playback;
  cutShort(step, "connection");
  // Also a turn that is over: a server that sends it once more on the next connection is not heard twice.
  const over = turn?.turnId ? [...unfinished, turn.turnId] : unfinished;
  if (unfinished.length > 0) step.run({ type: "interrupt" });
  endGrace(step);
  step.run({ type: "cancel", timer: "silentTurnExpired" });
  step.set({
    playback: {
      ...initialPlayback,
      interrupted: [...interrupted, ...over.map(bareTurnId)].slice(-interruptedLimit),
    },
  });
  step.write(userCut(step.model.transcript));
  step.show({ agentSpeaking: false });
}

/** What the user was saying when the connection was lost: nothing more will come of it. */
function userCut(transcript: Transcript): Transcript {
  const isOpen = ({ role, status }: Message) => role === "user" && status === "interim";
  if (!transcript.messages.some(isOpen)) return transcript;
  const messages = transcript.messages.map((one): Message => (isOpen(one) ? { ...one, status: "final" } : one));
  return { ...transcript, messages, spans: {} };
}
