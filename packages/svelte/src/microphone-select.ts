import { selectableMicrophones } from "@layercode/core/bindings";
import type { Attachment } from "svelte/attachments";
import { getLayercode } from "./context.js";
import { deviceSelect } from "./device-select.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * Lists the microphones in a `<select>`, keeps the list up to date, and switches to the chosen one:
 * `<select {@attach microphoneSelect(agent)}></select>`. The attachment owns its options and its `disabled`.
 *
 * `data-state` is `ready`, or while no microphone is listed `loading`, `error` or `empty`: then the select is disabled,
 * and its one option says why. Default: the context's agent.
 */
export function microphoneSelect(agent: LayercodeAgent = getLayercode()): Attachment<HTMLSelectElement> {
  return deviceSelect(agent, selectableMicrophones);
}
