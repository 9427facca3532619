/** What is checked, in this order: each stands on what comes before it. */
export const checkNames = [
  "secure-context",
  "permission",
  "devices",
  "microphone",
  "autoplay",
  "worklet",
  "detector",
  "endpoint",
  "socket",
] as const;

export type DiagnosisCheckName = (typeof checkNames)[number];

/** What a check found, and what to do about it where that is not as it should be. */
export type Finding =
  | { readonly status: "ok"; readonly message: string; readonly remedy?: undefined }
  /** `warning`: a conversation works, with something missing. `error`: it does not. */
  | { readonly status: "warning" | "error"; readonly message: string; readonly remedy: string };

export type DiagnosisCheck = { readonly name: DiagnosisCheckName } & Finding;

/** What `diagnose()` found. */
export interface Diagnosis {
  /** The worst status of all checks. */
  readonly status: Finding["status"];
  /** Every check, always all of them, in the order in which they were made. */
  readonly checks: readonly DiagnosisCheck[];
}

export interface DiagnoseOptions {
  /**
   * Whether a real session is authorized and its socket opened, to be closed at once: the whole way is tried, and where the
   * client has no conversation yet, an empty one is made. Default false: the endpoint is asked without an agent, and the
   * socket's server without a key, so that nothing is opened.
   */
  openSession?: boolean | undefined;
  /** Ends the diagnosis: everything is closed, and it rejects with `aborted`. */
  signal?: AbortSignal | undefined;
}

export function ok(message: string): Finding {
  return { status: "ok", message };
}

export function warning(message: string, remedy: string): Finding {
  return { status: "warning", message, remedy };
}

export function error(message: string, remedy: string): Finding {
  return { status: "error", message, remedy };
}

export function diagnosisOf(checks: readonly DiagnosisCheck[]): Diagnosis {
  const has = (wanted: Finding["status"]) => checks.some(({ status }) => status === wanted);
  return { status: has("error") ? "error" : has("warning") ? "warning" : "ok", checks };
}
