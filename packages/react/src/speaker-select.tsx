import { selectableSpeakers } from "@layercode/core/bindings";
import type { ReactElement } from "react";
import { DeviceSelect, type DeviceSelectProps } from "./device-select.js";

/** The props of a native `<select>`, and a few of its own. */
export interface SpeakerSelectProps extends DeviceSelectProps {}

/**
 * A native, labelled select of the loudspeakers and headsets; "System default speaker" follows the system. Disabled, and
 * says why, where the browser cannot play on a chosen one (Firefox, Safari).
 */
export function SpeakerSelect(props: SpeakerSelectProps): ReactElement {
  return <DeviceSelect {...props} component="<SpeakerSelect>" kind={selectableSpeakers} />;
}
