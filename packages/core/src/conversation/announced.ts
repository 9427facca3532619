import { bareTurnId } from "../protocol/turn-id.js";
import type { Announced, Message, Transcript } from "./messages.js";

// A message stands where its turn was announced, however late its text comes: a user's final text may come after the
// agent's answer has begun.

/** How many turns are remembered, newest last. */
const announcedLimit = 16;

/** `turn.start`: what comes of this turn goes behind the messages that are there now. */
export function turnAnnounced(
  transcript: Transcript,
  role: Message["role"],
  turnId: string | null,
  now: number,
): Transcript {
  const bare = turnId === null ? null : bareTurnId(turnId);
  const others = transcript.announced.filter((one) => one.role !== role || one.turnId !== null);
  if (bare !== null && others.some((one) => isOf(one, role, bare))) return transcript;
  const announced = { role, turnId: bare, after: transcript.messages.at(-1)?.id ?? null, at: now };
  return { ...transcript, announced: [...others, announced].slice(-announcedLimit) };
}

/** Adds a message: where its turn was announced; of a turn that was not, at the end. */
export function placed(transcript: Transcript, message: Message): Transcript {
  const { messages } = transcript;
  const { role } = message;
  const bare = message.turnId === null ? null : bareTurnId(message.turnId);
  const named = transcript.announced.findIndex((one) => isOf(one, role, bare));
  const number = named >= 0 ? named : transcript.announced.findIndex((one) => isOf(one, role, null));
  const place = transcript.announced[number];
  // A typed message has no turn yet: it stands where it was written.
  if (bare === null || !place) return { ...transcript, messages: [...messages, message] };
  const announced = transcript.announced.with(number, { ...place, turnId: bare });
  // Turns that were announced earlier, behind the same message, stay in front.
  const isEarlier = ({ role, turnId }: Message) =>
    turnId !== null && announced.slice(0, number).some((one) => isOf(one, role, bareTurnId(turnId)));
  let index = messages.findLastIndex(({ id }) => id === place.after) + 1;
  for (let next = messages[index]; next && isEarlier(next); next = messages[++index]);
  return { ...transcript, announced, messages: messages.toSpliced(index, 0, { ...message, createdAt: place.at }) };
}

/** The server has made a typed message of the turn that it had announced without a name. */
export function announcedTyped(transcript: Transcript): Transcript {
  const announced = transcript.announced.filter((one) => !isOf(one, "user", null));
  return announced.length === transcript.announced.length ? transcript : { ...transcript, announced };
}

function isOf(one: Announced, role: Message["role"], bareTurnId: string | null): boolean {
  return one.role === role && one.turnId === bareTurnId;
}
