import { useTranscript } from "@layercode/react";
import { useLayoutEffect, useRef } from "react";
import { rendered } from "../shared/render-count.js";
import { heardAndUnheard, isAtEnd, remarkOf, speakers } from "../shared/transcript.js";
import { SpokenWords } from "./spoken-words.js";

/** The transcript as it grows: it follows its end, unless the reader scrolled up. */
export function Transcript() {
  const messages = useTranscript();
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);

  useLayoutEffect(() => {
    if (log.current && follows.current) log.current.scrollTop = log.current.scrollHeight;
  }, [messages]);

  rendered("transcript");
  return (
    <div className="transcript">
      <div
        ref={log}
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
        <ol>
          {messages.map((message) => {
            const { id, role, status } = message;
            const [heard, unheard] = heardAndUnheard(message);
            return (
              // An interim text changes with every word: it is to be read aloud when it has settled.
              <li key={id} data-role={role} data-status={status} aria-busy={status === "interim"}>
                <p className="speaker">{speakers[role]}</p>
                <p className="text" dir="auto">
                  {role === "assistant" && !unheard ? <SpokenWords message={message} /> : heard}
                  {unheard && <del>{unheard}</del>}
                </p>
                <p className="remark">{remarkOf(message)}</p>
              </li>
            );
          })}
        </ol>
      </div>
      {messages.length === 0 && <p className="no-messages">What you and the agent say appears here.</p>}
    </div>
  );
}
