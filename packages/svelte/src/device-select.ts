import { deviceOfValue, type SelectableDevices, selectedValue, systemDefaultValue } from "@layercode/core/bindings";
import type { Attachment } from "svelte/attachments";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/** Fills a `<select>` with devices of a kind. */
export function deviceSelect(agent: LayercodeAgent, kind: SelectableDevices): Attachment<HTMLSelectElement> {
  // An attachment is an effect: it runs again when a field changes that it read, and then fills the select anew.
  return (select) => {
    const { state, words } = describeList(agent, kind);
    const devices = agent[kind.list];
    const options = [
      createOption(systemDefaultValue, words),
      ...devices.map((device, index) => createOption(device.deviceId, kind.describe(device, index))),
    ];
    // The user may have it open: the same choices once more, as when the microphone was opened, must not take them away.
    if (options.length !== select.length || options.some((option, index) => !option.isEqualNode(select.item(index))))
      select.replaceChildren(...options);
    select.value = selectedValue(agent[kind.chosen], devices);
    select.dataset.state = state;
    select.disabled = state !== "ready";

    const choose = () =>
      kind.choose(agent, deviceOfValue(select.value)).catch(() => {
        // `onError` has told the app. The device in use is still the one before: select it again.
        select.value = selectedValue(agent[kind.chosen], agent[kind.list]);
      });
    select.addEventListener("change", choose);
    return () => select.removeEventListener("change", choose);
  };
}

function describeList(agent: LayercodeAgent, kind: SelectableDevices): { state: string; words: string } {
  const { isInputDeviceListLoading, inputDeviceListError } = agent;
  if (agent[kind.list].length > 0) return { state: "ready", words: kind.systemDefault };
  if (!kind.canChoose()) return { state: "unsupported", words: kind.unsupported };
  if (isInputDeviceListLoading) return { state: "loading", words: kind.loading };
  if (inputDeviceListError !== null) return { state: "error", words: inputDeviceListError };
  return { state: "empty", words: kind.empty };
}

function createOption(value: string, text: string): HTMLOptionElement {
  // A browser hides the id of a device until the microphone was allowed once: then there is nothing to choose it by.
  return Object.assign(document.createElement("option"), { value, text, disabled: value === "" });
}
