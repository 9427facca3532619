import { attachPushToTalk, type PushToTalkOptions } from "@layercode/core";
import type { Attachment } from "svelte/attachments";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * Makes a button that is held while talking, by pointer, touch, space or enter: `{@attach pushToTalk(agent)}`. Letting
 * go, losing the focus, a hidden page or removing the button ends the user's turn. `key` is a hotkey of the whole page,
 * a `KeyboardEvent.key` or `.code`. Default: the context's agent.
 */
export function pushToTalk(
  agent: LayercodeAgent = getLayercode(),
  options: PushToTalkOptions = {},
): Attachment<HTMLElement> {
  return (element) => attachPushToTalk(element, agent.client, options);
}
