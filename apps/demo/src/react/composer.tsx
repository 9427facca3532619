import { useLayercode } from "@layercode/react";
import { type RefObject, type SubmitEvent, useState } from "react";
import { rendered } from "../shared/render-count";

/** The text box: what is written is a turn of its own, with or without a microphone. */
export function Composer({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const { status, sendClientResponseText } = useLayercode();
  const [text, setText] = useState("");
  const isDisabled = status !== "connected";

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    sendClientResponseText(text).then(
      () => setText(""),
      // The text stays; why it could not be sent is told by the agent's error.
      () => {},
    );
  };

  rendered("composer");
  return (
    <form className="composer" autoComplete="off" onSubmit={send}>
      <input
        ref={input}
        type="text"
        aria-label="Message to the agent"
        enterKeyHint="send"
        placeholder="Write a message"
        value={text}
        onChange={({ target }) => setText(target.value)}
        disabled={isDisabled}
      />
      <button type="submit" className="send primary" disabled={isDisabled}>
        Send
      </button>
    </form>
  );
}
