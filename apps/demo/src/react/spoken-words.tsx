import { type Message, spokenTextOf, useSpokenText } from "@layercode/react";
import { memo } from "react";
import { wordsOf } from "../shared/transcript.js";

/** What the agent says; what of it has not been heard yet stands back. Nothing else renders as it speaks. */
export function SpokenWords({ message }: { message: Message }) {
  const heard = spokenTextOf(message, useSpokenText()).length;
  return <Words text={message.text} heard={heard} />;
}

const Words = memo(function Words({ text, heard }: { text: string; heard: number }) {
  return wordsOf(text, heard).map(({ text, isAhead }, index) => (
    <span key={index} data-ahead={isAhead || undefined}>
      {text}
    </span>
  ));
});
