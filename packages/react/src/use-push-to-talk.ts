import { attachPushToTalk, type PushToTalkOptions, type Undo } from "@layercode/core";
import { type RefCallback, useMemo } from "react";
import { type AgentChoice, useChosenAgent } from "./provider.js";
import { useReading } from "./use-reading.js";

export interface UsePushToTalkOptions extends AgentChoice, PushToTalkOptions {}

/** Props for a button. */
export interface PushToTalkProps {
  readonly ref: RefCallback<HTMLElement>;
  readonly type: "button";
  readonly "aria-pressed": boolean;
  readonly disabled: boolean;
}

/**
 * Makes a button that is held while talking: `<button {...usePushToTalk()}>Talk</button>`. By pointer, touch, space and
 * enter; whatever takes the hold away ends the user's turn. Disabled while disconnected.
 */
export function usePushToTalk({ key, ...choice }: UsePushToTalkOptions = {}): PushToTalkProps {
  const chosen = useChosenAgent("usePushToTalk()", choice);
  const { client } = chosen.agent;
  const pressed = useReading(chosen, ({ pushToTalk }) => pushToTalk.pressed);
  const isOver = useReading(chosen, ({ status }) => status === "disconnected" || status === "error");
  const ref = useMemo(() => {
    let undo: Undo | null = null;
    // React 18 knows no cleanup of a ref; it calls again with null.
    return (element: HTMLElement | null) => {
      undo?.();
      undo = element && attachPushToTalk(element, client, key === undefined ? {} : { key });
    };
  }, [client, key]);
  return { ref, type: "button", "aria-pressed": pressed, disabled: isOver };
}
