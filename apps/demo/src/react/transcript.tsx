import { useTranscript } from "@layercode/react";
import { useLayoutEffect, useRef } from "react";
import { rendered } from "../shared/render-count";
import { isAtEnd, remarkOf, speakers } from "../shared/transcript";

/** The transcript as it grows: it follows its end, unless the reader scrolled up. */
export function Transcript() {
  const messages = useTranscript();
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);

  useLayoutEffect(() => {
    if (list.current && follows.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);

  rendered("transcript");
  return (
    <div className="transcript">
      <ol
        ref={list}
        className="messages"
        role="log"
        aria-live="polite"
        aria-label="Transcript"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={({ currentTarget }) => {
          follows.current = isAtEnd(currentTarget);
        }}
      >
        {messages.map((message) => (
          <li
            key={message.id}
            data-role={message.role}
            data-status={message.status}
            // An interim text changes with every word: it is to be read aloud when it has settled.
            aria-busy={message.status === "interim"}
          >
            <p className="speaker">{speakers[message.role]}</p>
            <p className="text">{message.text}</p>
            <p className="remark">{remarkOf(message)}</p>
          </li>
        ))}
      </ol>
      {messages.length === 0 && <p className="no-messages">What you and the agent say appears here.</p>}
    </div>
  );
}
