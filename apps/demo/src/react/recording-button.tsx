import { useSyncExternalStore } from "react";
import { type RecordingControl, recordLabel } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";

/** The button that records the conversation, and the link to the file. */
export function RecordingButton({ recording }: { recording: RecordingControl }) {
  const shown = useSyncExternalStore(recording.subscribe, recording.get);

  rendered("recording");
  return (
    <>
      <button type="button" className="record quiet" onClick={recording.toggle}>
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
