// WebKit's audio session (W3C Audio Session): without it iOS guesses what the page is about to do, and lowers the volume
// or sends the voice to the earpiece. One for the page, so it is held until the last microphone has let go.
let holders = 0;

/** Tells the system that the page records while it plays. Returns the undo. */
export function holdAudioSession(): () => void {
  if (++holders === 1) setType("play-and-record");
  return () => {
    if (--holders === 0) setType("auto");
  };
}

function setType(type: "auto" | "play-and-record"): void {
  const { audioSession } = globalThis.navigator as Navigator & { audioSession?: { type: string } };
  try {
    if (audioSession !== undefined) audioSession.type = type;
  } catch {
    // Sound works without it.
  }
}
