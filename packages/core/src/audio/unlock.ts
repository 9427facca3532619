/**
 * Makes the AudioContext and starts it. Call it synchronously in the user's gesture: after the first `await` browsers
 * no longer count it as one. `null` where there is none to be had.
 */
export function unlockAudioContext(): AudioContext | null {
  if (typeof AudioContext === "undefined") return null;
  try {
    // No sampleRate: the device's own rate is the clean one, and resampling is done in the worklets. The default latency is "interactive".
    const context = new AudioContext();
    // Without a gesture it settles late or never; nobody waits for it.
    context.resume().catch(() => {});
    return context;
  } catch {
    // Too many contexts in the page, for example. The engine tries again, and says what failed.
    return null;
  }
}
