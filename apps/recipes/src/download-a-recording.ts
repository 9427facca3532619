// Record the conversation, once the user has agreed, and offer the file.
import type { LayercodeClient, Recording, Undo } from "@layercode/core";

/** A button that records and stops, and a link to what was recorded. Returns the undo. */
export function recordButton(
  button: HTMLButtonElement,
  link: HTMLAnchorElement,
  client: LayercodeClient,
  // In many places the law wants the consent of everybody who is heard.
  hasConsent: () => boolean = () => confirm("Record this conversation? The file stays on your device."),
): Undo {
  let recording: Promise<Recording> | null = null;
  let url = "";

  async function record(): Promise<void> {
    if (!hasConsent()) return;
    recording = client.startRecording();
    button.textContent = "Stop recording";
    try {
      // Also where the conversation ends before the button is pressed again, and after an hour.
      offer(await (await recording).finished);
    } catch {
      // `onError` tells what went wrong in mid-recording; the conversation goes on.
    }
    recording = null;
    button.textContent = "Record";
  }

  function offer(file: Blob): void {
    URL.revokeObjectURL(url);
    url = URL.createObjectURL(file);
    link.href = url;
    link.download = "conversation.wav";
    link.hidden = false;
  }

  const pressed = () => {
    if (recording) recording.then((current) => current.stop()).catch(() => {});
    else void record();
  };
  button.addEventListener("click", pressed);
  return () => {
    button.removeEventListener("click", pressed);
    recording?.then((current) => current.stop()).catch(() => {});
    URL.revokeObjectURL(url);
  };
}
