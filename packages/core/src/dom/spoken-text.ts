import type { PlaybackPosition } from "../audio/ports.js";
import type { LayercodeClient } from "../client/client.js";
import { dispatchers } from "../client/dispatchers.js";
import type { Message } from "../conversation/messages.js";
import type { SpokenText } from "../conversation/spoken-text.js";
import { guarded } from "../runtime/listener-error.js";
import type { Undo } from "../undo.js";
import { followWindow } from "./follow-window.js";

/** How long the player is left alone between two questions, in ms. */
const intervalMs = 100;

/** The timers of the window that shows the text. */
type Timers = Pick<Window, "setTimeout" | "clearTimeout">;

/**
 * Calls back with what of the agent's speech has been heard by now: at once where there is something, then when it has
 * changed: with more words at most 10 times a second, with a new message at once. Asks the player only while the agent
 * speaks. `element`: what shows the text, if it may stand in another window, whose timers then count; default: this
 * window's. Returns the undo.
 */
export function watchSpokenText(
  client: LayercodeClient,
  callback: (spoken: SpokenText | null) => void,
  element?: Element | null,
): Undo {
  const dispatcher = dispatchers.get(client);
  let spoken: SpokenText | null = null;
  const show = (heard: PlaybackPosition | null) => {
    const now = dispatcher?.runtime.session?.spokenText(dispatcher.model, heard, spoken) ?? null;
    if (now === spoken) return;
    spoken = now;
    guarded(() => callback(now));
  };
  const ask = () => dispatcher?.runtime.audio.ports?.audioOutput.position?.();
  const follow = (timers: Timers) => followSpeech(timers, client, ask, show);
  return element ? followWindow(element, client, follow) : follow(globalThis as unknown as Timers);
}

/** The beginning of a message that has been heard by now, in whole words: all of it, but for what the agent still says. */
export function spokenTextOf({ id, text, heardText = text }: Message, spoken: SpokenText | null): string {
  if (spoken?.messageId === id) return spoken.text;
  return spoken?.unheardIds.includes(id) ? "" : heardText;
}

/**
 * Calls `show` when the client has changed, and again and again while the agent speaks, never twice within an interval; at
 * once where there is a new message.
 */
function followSpeech(
  timers: Timers,
  client: LayercodeClient,
  ask: () => Promise<{ heard: PlaybackPosition } | null> | undefined,
  show: (heard: PlaybackPosition | null) => void,
): Undo {
  let timer: number | null = null;
  let hasChanged = false;
  let mayShow = false;
  let lastHeard: PlaybackPosition | null = null;
  let messageCount = client.getSnapshot().messages.length;
  const stop = () => {
    if (timer !== null) timers.clearTimeout(timer);
    timer = null;
  };
  const wait = () => {
    stop();
    timer = timers.setTimeout(waited, intervalMs);
  };
  const showOnce = (heard: PlaybackPosition | null) => {
    if (!mayShow) return;
    mayShow = false;
    // The answer took a while: the interval begins with what is shown.
    wait();
    lastHeard = heard;
    show(heard);
  };
  const look = () => {
    hasChanged = false;
    mayShow = true;
    // For a player that does not answer.
    wait();
    const answer = client.getSnapshot().agentSpeaking ? ask() : undefined;
    if (!answer) return showOnce(null);
    answer.then(
      (position) => showOnce(position?.heard ?? null),
      () => showOnce(null),
    );
  };
  const waited = () => {
    timer = null;
    if (hasChanged || client.getSnapshot().agentSpeaking) look();
  };
  const unsubscribe = client.subscribe(() => {
    const { length } = client.getSnapshot().messages;
    // Of a new message nothing has been heard: it must not stand there as if all of it had been, until the next look.
    if (length !== messageCount) show(lastHeard);
    messageCount = length;
    if (timer === null) look();
    else hasChanged = true;
  });
  look();
  return () => {
    unsubscribe();
    stop();
    mayShow = false;
  };
}
