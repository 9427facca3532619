import { deviceOfValue, type SelectableDevices, selectedValue, systemDefaultValue } from "@layercode/core/bindings";
import { type ComponentPropsWithoutRef, type ReactElement, type ReactNode, useEffect, useId, useState } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useSelector } from "./use-selector.js";

/** The props of a native `<select>`, and these. */
export interface DeviceSelectProps
  extends Omit<ComponentPropsWithoutRef<"select">, "value" | "defaultValue" | "onChange" | "children">,
    AgentChoice {
  /** Default "Microphone" or "Speaker"; with `null`, give the select an `aria-label`. */
  label?: ReactNode;
  helperText?: ReactNode;
  /** Shown when there is no such device. Default "No microphones detected", or the same of speakers. */
  emptyLabel?: ReactNode;
  /** The class of the element around label, select and texts; `className` is the select's. */
  containerClassName?: string | undefined;
  /** Whether the devices are listed anew at mount. Default `true`; listing never prompts. */
  autoRefresh?: boolean;
}

/** A native, labelled select of devices. `component`: how an error names it. */
export function DeviceSelect({
  component,
  kind,
  agent,
  client,
  label = kind.label,
  helperText,
  emptyLabel = kind.empty,
  containerClassName,
  autoRefresh = true,
  disabled = false,
  ...props
}: DeviceSelectProps & { component: string; kind: SelectableDevices }): ReactElement {
  const hydratable = useChosenAgent(component, { agent, client });
  const view = useSelector(hydratable, (agent) => agent);
  const chosen = hydratable.agent;
  const ownId = useId();
  const id = props.id ?? ownId;
  // `false` in the server's HTML, where the list is always empty: do not show "No microphones" to every user at first.
  const [isMounted, setMounted] = useState(false);
  useEffect(() => {
    setMounted(true);
    // Reading the list above makes the agent load it, unless `autoLoadInputDevices` is off: do not load it twice. A
    // failure shows as `inputDeviceListError`.
    if (autoRefresh && !chosen.get("isInputDeviceListLoading")) chosen.methods.refreshInputDevices().catch(() => {});
  }, [autoRefresh, chosen]);

  const devices = view[kind.list];
  const isLoading = view.isInputDeviceListLoading;
  const error = view.inputDeviceListError;
  const isEmpty = isMounted && !isLoading && error === null && devices.length === 0;
  return (
    <div className={containerClassName}>
      {label && (
        <label className={`${kind.className}__label`} htmlFor={id}>
          {label}
        </label>
      )}
      <select
        {...props}
        id={id}
        disabled={disabled || devices.length === 0}
        value={selectedValue(view[kind.chosen], devices)}
        onChange={({ target: { value } }) => void kind.choose(chosen.methods, deviceOfValue(value))}
      >
        <option value={systemDefaultValue}>{kind.systemDefault}</option>
        {devices.map((device, index) => (
          <option key={device.deviceId || index} value={device.deviceId} disabled={device.deviceId === ""}>
            {kind.describe(device, index)}
          </option>
        ))}
      </select>
      {isLoading && <div className={`${kind.className}__helper`}>{kind.loading}</div>}
      {error !== null && <div className={`${kind.className}__error`}>{error}</div>}
      {isEmpty && <div className={`${kind.className}__helper`}>{kind.canChoose() ? emptyLabel : kind.unsupported}</div>}
      {helperText && <div className={`${kind.className}__helper`}>{helperText}</div>}
    </div>
  );
}
