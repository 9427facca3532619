import type { Message, Transcript } from "./messages.js";

/** Marks how far typed messages came. */
export function delivered(transcript: Transcript, ids: readonly string[], delivery: Message["delivery"]): Transcript {
  if (ids.length === 0) return transcript;
  const messages = transcript.messages.map((message) => {
    // A message that has a turn id arrived: the server has named it.
    if (!ids.includes(message.id) || message.turnId !== null) return message;
    const { delivery: before, ...rest } = message;
    if (before === delivery) return message;
    return delivery ? { ...rest, delivery } : rest;
  });
  return messages.every((message, index) => message === transcript.messages[index])
    ? transcript
    : { ...transcript, messages };
}
