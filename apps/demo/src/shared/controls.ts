import type { AudioOutputDevice, ClientState, DevicePermission } from "@layercode/core";

/** Whether the button starts a conversation; else it ends one. */
export function isIdle({ status }: Pick<ClientState, "status">): boolean {
  return status === "disconnected" || status === "error";
}

/** Whether a conversation is under way, also while its connection is being mended: then it can be written to. */
export function isUnderWay({ status }: Pick<ClientState, "status">): boolean {
  return status === "connected" || status === "reconnecting";
}

/** What stands on the button that starts and ends. */
export function connectLabel({ status, conversationId }: Pick<ClientState, "status" | "conversationId">): string {
  if (status === "connecting") return "Cancel";
  if (isUnderWay({ status })) return "End";
  if (status === "error") return "Try again";
  return conversationId ? "Resume conversation" : "Start conversation";
}

/** How the button mutes: whoever talks all the same is told. */
export const withHint = { hint: true } as const;

/** What stands on the push-to-talk button. */
export function holdLabel(pressed: boolean): string {
  return pressed ? "Listening… let go to send" : "Hold to talk";
}

/** Whether the push-to-talk button is shown, also while the connection is being mended: what is said then comes after. */
export function canHold({ status, pushToTalk, audioInput }: ClientState): boolean {
  return isUnderWay({ status }) && pushToTalk.enabled && audioInput;
}

/** What stands for the system's choice, where there are others; or why there is none. */
export function loudspeakerChoice({ length }: readonly AudioOutputDevice[], permission: DevicePermission): string {
  if (length > 0) return "System default speaker";
  return permission === "unsupported" ? "As the system chooses" : "No speakers detected";
}

/** What stands for a loudspeaker in a list: its name, or its number while the name is not known. */
export function loudspeakerName({ label }: AudioOutputDevice, index: number): string {
  return label || `Loudspeaker ${index + 1}`;
}
