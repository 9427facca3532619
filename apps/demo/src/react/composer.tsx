import { useLayercode } from "@layercode/react";
import { type RefObject, type SubmitEvent, useState } from "react";
import { isUnderWay } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";

/** The text box: what is written is a turn of its own, with or without a microphone, and waits for a lost connection. */
export function Composer({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const { sendClientResponseText } = useLayercode();
  const isDisabled = !useLayercode(isUnderWay);
  const [text, setText] = useState("");

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    setText("");
    // What was not sent comes back, unless something else is being written.
    sendClientResponseText(text).catch(() => setText((newer) => newer || text));
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
