import { attachPushToTalk, type PushToTalkOptions, type Undo } from "@layercode/core";
import { type RefCallback, useMemo } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useSelector } from "./use-selector.js";

export interface UsePushToTalkOptions extends AgentChoice, PushToTalkOptions {}

/** Props for a button. */
export interface PushToTalkProps {
  readonly ref: RefCallback<HTMLElement>;
  readonly type: "button";
  readonly "aria-pressed": boolean;
  readonly disabled: boolean;
}

/**
 * Makes a button that is held while talking: `<button {...usePushToTalk()}>Talk</button>`, by pointer, touch, space or
 * enter. Letting go, losing the focus, a hidden page or unmounting ends the user's turn. Disabled while disconnected.
 */
export function usePushToTalk({ key, ...choice }: UsePushToTalkOptions = {}): PushToTalkProps {
  const chosen = useChosenAgent("usePushToTalk()", choice);
  const { client } = chosen.agent;
  const pressed = useSelector(chosen, ({ pushToTalk }) => pushToTalk.pressed);
  const isOver = useSelector(chosen, ({ status }) => status === "disconnected" || status === "error");
  const ref = useMemo(() => {
    let undo: Undo | null = null;
    // React 18 calls no cleanup function that a ref returns; every React calls the ref again with `null` at the end.
    return (element: HTMLElement | null) => {
      undo?.();
      undo = element && attachPushToTalk(element, client, key === undefined ? {} : { key });
    };
  }, [client, key]);
  return { ref, type: "button", "aria-pressed": pressed, disabled: isOver };
}
