import { selectableMicrophones } from "@layercode/core/bindings";
import type { ReactElement } from "react";
import { DeviceSelect, type DeviceSelectProps } from "./device-select.js";

/** The props of a native `<select>`, and a few of its own. */
export interface MicrophoneSelectProps extends DeviceSelectProps {}

/** A native, labelled select of the microphones; "System default microphone" follows the system. */
export function MicrophoneSelect(props: MicrophoneSelectProps): ReactElement {
  return <DeviceSelect {...props} component="<MicrophoneSelect>" kind={selectableMicrophones} />;
}
