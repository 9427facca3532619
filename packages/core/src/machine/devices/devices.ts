import type { LayercodeError } from "../../errors.js";
import type { ErrorEffect, SettleEffect, showError } from "../calls.js";
import type { Outputs } from "./outputs.js";

/** What a client knows of the microphones around the one that it uses, and of the loudspeakers. Before a session has begun there is none of it. */
export interface Devices {
  /** The microphones that there are, by their ids, and which of them is the system's; `null` until they were listed. */
  readonly listed: { readonly ids: readonly string[]; readonly system: string | null } | null;
  /** Whether the list is watched; `permitted`: from when the permission is there, which is missing. */
  readonly isWatched: boolean | "permitted";
  /** The opening of the microphone that was looked at last, by `Channel.id`, and since when it is open, in ms. */
  readonly opened: { readonly id: number; readonly at: number } | null;
  /** The browser's name for the system's choice, which was opened, until the list says which device it stands for. */
  readonly alias: string | null;
  /** The microphone that was open as the system's choice: when the system chooses another one, it is followed. */
  readonly followedId: string | null;
  /** The microphone that the app knows to be in use, in this session: opened again, it is no other. */
  readonly toldId: string | null;
  /** The chosen microphone was not there, or is gone: when it comes, it is used again. */
  readonly isChoiceAwaited: boolean;
  /** What is opened where the one that opens now is refused. `isSwitch`: it is the one before, which goes on. */
  readonly recovery: { readonly deviceId: string | null; readonly isSwitch: boolean } | null;
  /** Whether the microphone that opens now stands in for one that was lost. */
  readonly isReacquiring: boolean;
  /** How many microphones were lost, each soon after it was opened. */
  readonly losses: number;
  /** No microphone was left, or none is allowed: when one comes, or the permission, it is opened. */
  readonly lossError: LayercodeError | null;
  /** Whether the system mutes the microphone: `pending` for a moment, `lasting` for so long that the user is to know. */
  readonly systemMute: "none" | "pending" | "lasting";
  readonly outputs: Outputs;
}

/** What the devices want done. */
export type DevicesEffect =
  /** Lists the microphones, now and whenever one comes or goes; or no more. */
  | { type: "watchInputDevices"; on: boolean | "permitted" }
  | { type: "schedule"; timer: "systemMuteLasts"; afterMs: number }
  | { type: "cancel"; timer: "systemMuteLasts" }
  | { type: "emit"; event: "deviceSwitched"; payload: string };

/** What the devices, and the microphone, tell each other and the other slices. */
export type DevicesSignal =
  /** The microphone was refused, or is gone: the devices decide what becomes of it. */
  | { signal: "microphoneFailed"; error: LayercodeError }
  /** Nothing can be opened in its place. */
  | { signal: "microphoneGivenUp"; error: LayercodeError }
  /** Opens that microphone, whatever was chosen. */
  | { signal: "openMicrophone"; deviceId: string | null }
  /** Switches the microphone on. Nobody waits for it. */
  | { signal: "setChannel"; channel: "audioInput"; on: true; call: 0 }
  /** Changes to that microphone without being asked; `null`: the system's. */
  | { signal: "moveMicrophone"; deviceId: string | null }
  /** The chosen microphone was refused: the choice is what it was before. */
  | { signal: "choiceRefused"; error: LayercodeError; deviceId: string | null }
  /** Which device the browser's name for the system's choice stands for; `null` until that is known. */
  | { signal: "microphoneNamed"; deviceId: string | null }
  /** What went wrong is mended: it is not shown any more. */
  | { signal: "errorMended"; error: LayercodeError }
  | ReturnType<typeof showError>;

export type DevicesOutcome = DevicesEffect | DevicesSignal | SettleEffect | ErrorEffect;
