import { upsampleTwofold } from "../pcm.js";
import type { Scenario } from "./scenario.js";

/** Plays back what it heard, says what was typed, sends back data as it came. */
export const echo: Scenario = {
  async userSpoke(turn, { pcm, transcript }) {
    turn.text(transcript);
    await turn.audio(upsampleTwofold(pcm));
  },
  userTyped: (turn, text) => turn.say(text),
  userData: (turn, data) => turn.data(data),
};
