import { useLayercode } from "@layercode/react";
import { useState, useSyncExternalStore } from "react";
import { createRecordingControl, recordLabel } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";

/** The button that records the conversation, and the link to the file. */
export function RecordingButton() {
  const { client } = useLayercode();
  const [control] = useState(() => createRecordingControl(client));
  const shown = useSyncExternalStore(control.subscribe, control.get);

  rendered("recording");
  return (
    <>
      <button type="button" className="record quiet" onClick={control.toggle}>
        {recordLabel(shown)}
      </button>
      {shown.file && (
        <a className="recording" href={shown.file.href} download={shown.file.name}>
          Download the recording
        </a>
      )}
    </>
  );
}
