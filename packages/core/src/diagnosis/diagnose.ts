import type { Dispatcher } from "../runtime/dispatcher.js";
import { secureContextFinding } from "./findings.js";
import { type DiagnoseOptions, type Diagnosis, diagnosisOf } from "./report.js";
import { runChecks } from "./run-checks.js";
import type { OfFirstPage, Scene } from "./scene.js";
import { ServerChecks } from "./server-checks.js";
import { SoundChecks } from "./sound-checks.js";

/** How long a check may take, in ms; one that asks the user waits as long as `connect()` does. */
const limitMs = 10_000;
const promptMs = 30_000;

/**
 * Looks at everything that a conversation needs. When it is settled, nothing of it is open any more. `disconnect()` and
 * `dispose()` abort it.
 */
export async function diagnose(
  dispatcher: Pick<Dispatcher, "model" | "runtime" | "observe" | "ends">,
  options: Scene["options"],
  firstPage: OfFirstPage,
  { openSession = false, signal }: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const { model, runtime } = dispatcher;
  const ending = new AbortController();
  const abort = () => ending.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted || firstPage.ends !== dispatcher.ends) abort();
  // Whoever wants the session to be over wants no microphone left open either.
  const ignore = dispatcher.observe(({ type }) => {
    if (type === "disconnect") abort();
  });
  const scene = { model, options, ports: runtime.audio.ports, firstPage, openSession, over: ending.signal };
  const sound = new SoundChecks(scene);
  const servers = new ServerChecks(scene);
  const checks = {
    "secure-context": () => secureContextFinding(globalThis.isSecureContext),
    permission: () => sound.permission(),
    devices: () => sound.devices(),
    microphone: () => sound.microphone(),
    autoplay: () => sound.autoplay(),
    worklet: () => sound.worklet(),
    detector: () => sound.detector(),
    endpoint: () => servers.endpoint(),
    socket: () => servers.socket(),
  };
  const { connectTimeout } = options;
  const limits = { permission: promptMs, endpoint: connectTimeout, socket: connectTimeout };
  try {
    return diagnosisOf(await runChecks(checks, { limitMs, ...limits }, ending.signal));
  } catch (cause) {
    throw new firstPage.LayercodeError("aborted", "The diagnosis was aborted.", { cause });
  } finally {
    ignore();
    signal?.removeEventListener("abort", abort);
    ending.abort();
    await sound.close();
  }
}
