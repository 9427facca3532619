import { type Deferred, deferred } from "./deferred.js";

/** A `setDevice()` that was called; the test decides how it ends. */
export interface DeviceChange {
  /** `null`: the system's choice. */
  deviceId: string | null;
  changing: Deferred<void>;
}

/** Adds a change to `changes`, and waits until the test settles it. */
export async function changeDevice(changes: DeviceChange[], deviceId: string | null): Promise<void> {
  const changing = deferred<void>();
  changes.push({ deviceId, changing });
  await changing.promise;
}
