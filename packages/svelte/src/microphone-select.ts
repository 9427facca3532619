import { describeInputDevice } from "@layercode/core/bindings";
import type { Attachment } from "svelte/attachments";
import type { LayercodeAgent } from "./agent.js";
import { getLayercode } from "./context.js";

/** The value of the choice to follow the system. */
const systemDefault = "default";

/**
 * Fills a `<select>` with the microphones, follows them, and switches to the one that is chosen:
 * `<select {@attach microphoneSelect(agent)}></select>`. Its options and `disabled` belong to the attachment.
 *
 * `data-state` is `ready`, or while there is no microphone to list `loading`, `error` or `empty`: then it is disabled,
 * and its one option says why. Default: the context's agent.
 */
export function microphoneSelect(agent: LayercodeAgent = getLayercode()): Attachment<HTMLSelectElement> {
  // An attachment is an effect: what it reads of the agent runs it again.
  return (select) => {
    const { state, words } = describeList(agent);
    const microphones = agent.availableInputDevices.map((device, index) =>
      createOption(device.deviceId, describeInputDevice(device, index)),
    );
    select.replaceChildren(createOption(systemDefault, words), ...microphones);
    select.value = agent.preferredInputDeviceId ?? systemDefault;
    select.dataset.state = state;
    select.disabled = state !== "ready";

    const choose = () => void agent.selectInputDevice(select.value === systemDefault ? null : select.value);
    select.addEventListener("change", choose);
    return () => select.removeEventListener("change", choose);
  };
}

function describeList(agent: LayercodeAgent): { state: string; words: string } {
  const { availableInputDevices, isInputDeviceListLoading, inputDeviceListError } = agent;
  if (availableInputDevices.length > 0) return { state: "ready", words: "System default microphone" };
  if (isInputDeviceListLoading) return { state: "loading", words: "Loading microphones…" };
  if (inputDeviceListError !== null) return { state: "error", words: inputDeviceListError };
  return { state: "empty", words: "No microphones detected" };
}

function createOption(value: string, text: string): HTMLOptionElement {
  return Object.assign(document.createElement("option"), { value, text });
}
