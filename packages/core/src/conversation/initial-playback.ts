import type { Playback } from "./playback.js";

/** Nothing is played, and nothing is known of the server. */
export const initialPlayback: Playback = {
  turn: null,
  unfinished: [],
  over: [],
  dropUnannounced: false,
  serverSendsEnd: false,
  cut: [],
  dry: null,
};
