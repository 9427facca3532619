import { describeInputDevice } from "@layercode/core/bindings";
import type { Attachment } from "svelte/attachments";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/** The value of the option that follows the system. */
const systemDefault = "default";

/**
 * Lists the microphones in a `<select>`, keeps the list up to date, and switches to the chosen one:
 * `<select {@attach microphoneSelect(agent)}></select>`. The attachment owns its options and its `disabled`.
 *
 * `data-state` is `ready`, or while no microphone is listed `loading`, `error` or `empty`: then the select is disabled,
 * and its one option says why. Default: the context's agent.
 */
export function microphoneSelect(agent: LayercodeAgent = getLayercode()): Attachment<HTMLSelectElement> {
  // An attachment is an effect: it runs again when a field changes that it read, and then fills the select anew.
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
