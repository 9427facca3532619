import type { LayercodeClient, Undo } from "@layercode/core";
import { logged } from "../shared/message-log.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";

/** Lists the messages that come while it is open. */
export function showMessageLog(panel: HTMLElement, client: LayercodeClient): Undo {
  const details = part(panel, ".message-log", HTMLDetailsElement);
  const list = part(panel, ".message-log ol", HTMLOListElement);
  let log: readonly string[] = [];
  let stop: Undo | null = null;

  const render = () => {
    rendered("message-log");
    list.replaceChildren(...log.map((type) => Object.assign(document.createElement("li"), { textContent: type })));
  };
  details.addEventListener("toggle", () => {
    stop?.();
    stop = details.open
      ? client.on("message", (message) => {
          log = logged(log, message);
          render();
        })
      : null;
  });
  return () => stop?.();
}
