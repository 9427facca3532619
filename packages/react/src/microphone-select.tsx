import { describeInputDevice } from "@layercode/core/bindings";
import { type ComponentPropsWithoutRef, type ReactElement, type ReactNode, useEffect, useId, useState } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useSelector } from "./use-selector.js";

/** The props of a native `<select>`, and these. */
export interface MicrophoneSelectProps
  extends Omit<ComponentPropsWithoutRef<"select">, "value" | "defaultValue" | "onChange" | "children">,
    AgentChoice {
  /** Default "Microphone"; with `null`, give the select an `aria-label`. */
  label?: ReactNode;
  helperText?: ReactNode;
  /** Shown when there is no microphone. Default "No microphones detected". */
  emptyLabel?: ReactNode;
  /** The class of the element around label, select and texts; `className` is the select's. */
  containerClassName?: string | undefined;
  /** Whether the microphones are listed anew at mount. Default `true`; listing never prompts. */
  autoRefresh?: boolean;
}

/** A native, labelled select of the microphones; "System default microphone" follows the system. */
export function MicrophoneSelect({
  agent,
  client,
  label = "Microphone",
  helperText,
  emptyLabel = "No microphones detected",
  containerClassName,
  autoRefresh = true,
  disabled = false,
  ...props
}: MicrophoneSelectProps): ReactElement {
  const hydratable = useChosenAgent("<MicrophoneSelect>", { agent, client });
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

  const devices = view.availableInputDevices;
  const isLoading = view.isInputDeviceListLoading;
  const error = view.inputDeviceListError;
  const isEmpty = isMounted && !isLoading && error === null && devices.length === 0;
  return (
    <div className={containerClassName}>
      {label && (
        <label className="layercode-mic-select__label" htmlFor={id}>
          {label}
        </label>
      )}
      <select
        {...props}
        id={id}
        disabled={disabled || devices.length === 0}
        value={view.preferredInputDeviceId ?? systemDefault}
        onChange={({ target: { value } }) =>
          void chosen.methods.selectInputDevice(value === systemDefault ? null : value)
        }
      >
        <option value={systemDefault}>System default microphone</option>
        {devices.map((device, index) => (
          <option key={device.deviceId || index} value={device.deviceId} disabled={device.deviceId === ""}>
            {describeInputDevice(device, index)}
          </option>
        ))}
      </select>
      {isLoading && <div className="layercode-mic-select__helper">Loading microphones…</div>}
      {error !== null && <div className="layercode-mic-select__error">{error}</div>}
      {isEmpty && <div className="layercode-mic-select__helper">{emptyLabel}</div>}
      {helperText && <div className="layercode-mic-select__helper">{helperText}</div>}
    </div>
  );
}

/** The value of the option that follows the system. */
const systemDefault = "default";
