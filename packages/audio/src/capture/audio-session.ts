// WebKit's audio session (W3C Audio Session). Without a type, iOS guesses what the page does, and may lower the volume
// or play through the earpiece. The page has one session, so it is held until the last microphone is released.
let holders = 0;

/** Tells the system that the page records while it plays, where that is wanted. Returns the undo. */
export function holdAudioSession(isWanted: boolean): () => void {
  if (!isWanted) return () => {};
  if (++holders === 1) setType("play-and-record");
  return () => {
    if (--holders === 0) setType("auto");
  };
}

function setType(type: "auto" | "play-and-record"): void {
  const { audioSession } = navigator as Navigator & { audioSession?: { type: string } };
  try {
    if (audioSession) audioSession.type = type;
  } catch {
    // Safari refuses some types at times: sound works without.
  }
}
