import { attachPushToTalk, type Undo } from "@layercode/core";
import { type RefCallback, useMemo } from "react";
import { type AgentChoice, useChosenAgent } from "./provider.js";
import { useSelection } from "./use-layercode.js";

export interface UsePushToTalkOptions extends AgentChoice {
  /** A key that talks from anywhere on the page, but where text is typed: a `KeyboardEvent.key` or `.code`. */
  readonly key?: string;
}

/** Props for a button. */
export interface PushToTalkProps {
  readonly ref: RefCallback<HTMLElement>;
  readonly type: "button";
  readonly "aria-pressed": boolean;
  readonly disabled: boolean;
}

/**
 * Makes a button that is held while talking: `<button {...usePushToTalk()}>Talk</button>`. By pointer, touch, space and
 * enter; whatever takes the hold away ends the user's turn. Disabled while not connected.
 */
export function usePushToTalk(options: UsePushToTalkOptions = {}): PushToTalkProps {
  const chosen = useChosenAgent("usePushToTalk()", options);
  const { client } = chosen.agent;
  const { key } = options;
  const pressed = useSelection(chosen, ({ pushToTalk }) => pushToTalk.pressed);
  const connected = useSelection(chosen, ({ status }) => status === "connected");
  const ref = useMemo(() => {
    let undo: Undo | null = null;
    // React 18 knows no cleanup of a ref; it calls again with null.
    return (element: HTMLElement | null) => {
      undo?.();
      undo = element && attachPushToTalk(element, client, key === undefined ? {} : { key });
    };
  }, [client, key]);
  return { ref, type: "button", "aria-pressed": pressed, disabled: !connected };
}
