import type { Undo } from "../undo.js";

/** Calls `begin` when the microphone is allowed that was not. Returns the undo, also of what began. */
export function whenPermitted(begin: () => Undo): Undo {
  const over = new AbortController();
  let undo: Undo | undefined;
  void watchPermission(over.signal, () => {
    undo?.();
    undo = begin();
  });
  return () => {
    over.abort();
    undo?.();
  };
}

async function watchPermission(over: AbortSignal, onGranted: () => void): Promise<void> {
  try {
    const permission = await navigator.permissions.query({ name: "microphone" as PermissionName });
    const changed = () => {
      if (permission.state === "granted") onGranted();
    };
    permission.addEventListener("change", changed, { signal: over });
  } catch {
    // Not every browser knows this permission by name: there, `setAudioInput(true)` is the way back.
  }
}
