import type { AudioInputDevice } from "../audio/ports.js";
import type { ClientEvent } from "../machine/events.js";
import type { Model } from "../machine/model.js";

// The option `rememberDevices`. Loads where it is given. Imports no code: what it shared with the first page would be a file
// more for every page.

/** A client, as this needs it. */
export interface RememberingClient {
  getModel(): Model;
  dispatch(event: ClientEvent): void;
  observe(observer: (event: { readonly type: string; readonly deviceId?: string | null }) => void): unknown;
}

/** Loads what lists the devices, without asking the user. */
export type ImportLists = () => Promise<
  Record<"listInputDevices" | "listOutputDevices", () => Promise<readonly AudioInputDevice[]>>
>;

/** Whose devices are remembered, by a function that is theirs alone: asked twice, it is done once. */
const remembered = new WeakSet<object>();

type Kind = "audioInput" | "audioOutput";
const kinds: readonly Kind[] = ["audioInput", "audioOutput"];
/** How each is chosen. */
const choosing = { audioInput: "preferInputDevice", audioOutput: "setOutputDevice" } as const;

/** A device, as it is stored: ids change where the permission is reset, names where the browser hides them. */
interface Remembered {
  readonly id: string;
  /** Empty where it was not known. */
  readonly label: string;
}

/** Chooses the devices that were chosen when the page was open last, and remembers what is chosen from now on. */
export function rememberDevices(client: RememberingClient, option: string | true, importLists: ImportLists): void {
  const { getModel, dispatch, observe } = client;
  if (remembered.has(getModel)) return;
  remembered.add(getModel);
  const key = option === true ? "layercode.devices" : option;
  let stored = read(key);
  /** What was chosen, as it was seen last. */
  const chosen: Record<Kind, string | null> = { audioInput: null, audioOutput: null };
  /** The kinds whose stored device was not found yet. */
  const missing = new Set<Kind>(kinds.filter((kind) => stored[kind]));

  function choose(kind: Kind, deviceId: string): void {
    const type = choosing[kind];
    // Nobody waits for it: a device that refuses is told by the error event.
    if (getModel()[kind].deviceId !== deviceId) dispatch({ type, deviceId, call: 0 });
  }

  function store(kind: Kind, device: Remembered | null): void {
    const { [kind]: before, ...others } = stored;
    if (before?.id === device?.id && before?.label === device?.label) return;
    stored = device ? { ...others, [kind]: device } : others;
    write(key, stored);
  }

  /** Whatever was chosen by now is the choice, whoever made it. */
  function follow(): void {
    for (const kind of kinds) {
      const { deviceId } = getModel()[kind];
      if (deviceId === chosen[kind]) continue;
      chosen[kind] = deviceId;
      if (deviceId === stored[kind]?.id) continue;
      missing.delete(kind);
      store(kind, deviceId === null ? null : { id: deviceId, label: "" });
      if (deviceId !== null) void look();
    }
  }

  async function list(kind: Kind): Promise<readonly AudioInputDevice[]> {
    const { listInputDevices, listOutputDevices } = await importLists();
    return kind === "audioInput" ? listInputDevices() : listOutputDevices();
  }

  /** Finds what was stored in the lists of now, and the name of what has none yet. */
  async function look(): Promise<void> {
    for (const kind of kinds) {
      if (!stored[kind]) continue;
      const devices = await list(kind).catch(() => []);
      const device = stored[kind];
      if (!device) continue;
      const found =
        devices.find(({ deviceId }) => deviceId === device.id) ??
        devices.find(({ label }) => missing.has(kind) && label !== "" && label === device.label);
      // Browsers give no ids before the microphone was allowed once.
      if (!found?.deviceId) continue;
      if (found.label) store(kind, { id: found.deviceId, label: found.label });
      if (missing.delete(kind)) choose(kind, found.deviceId);
    }
  }

  // What the app or the user chose before this code was there counts.
  follow();
  observe(({ type, deviceId }) => {
    follow();
    // The system's choice, while the stored device was not found yet: nothing changes, and all the same it is one.
    for (const kind of kinds) if (type === choosing[kind] && !deviceId && missing.delete(kind)) store(kind, null);
    if (type === "channelOpened" || type === "inputDevicesListed") void look();
  });
  const { audioInput } = stored;
  // Before the list is known: the microphone that opens first is to be the right one.
  if (audioInput && missing.has("audioInput")) choose("audioInput", audioInput.id);
  if (missing.size > 0) void look();
}

/** What is stored, as far as it makes sense: anybody may have written there, and the browser may refuse. */
function read(key: string): Partial<Record<Kind, Remembered>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    const devices: Partial<Record<Kind, Remembered>> = {};
    for (const kind of kinds) {
      const { id, label } = Object(Object(value)[kind]) as Partial<Record<string, unknown>>;
      if (isName(id) && id && isName(label)) devices[kind] = { id, label };
    }
    return devices;
  } catch {
    return {};
  }
}

function write(key: string, devices: Partial<Record<Kind, Remembered>>): void {
  try {
    if (Object.keys(devices).length > 0) localStorage.setItem(key, JSON.stringify(devices));
    else localStorage.removeItem(key);
  } catch {
    // Full, or forbidden: the choice holds as long as the page does.
  }
}

/** No browser has ids or names that are longer. */
const nameLimit = 1000;

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= nameLimit;
}
