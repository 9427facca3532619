import { story } from "../answers.js";
import type { Script } from "../script.js";

const opening =
  "I am going to talk for some minutes without a pause. Interrupt me whenever you like: speak, press, or type. " +
  "I shall stop at once, and then go on as if nothing had happened.";

const afterwards =
  "You may ask what became of the ship. It was built in a town where nobody had ever seen the sea. " +
  "A carpenter there had read one book, and in that book was a picture of a harbour, and he could not put it out of his mind. " +
  "He began with the keel, because that came first in the picture. His neighbours brought him wood that they had no use for. " +
  "A door became a deck, a church bench became a rudder, and the bell came from a school that had closed. " +
  "When she was finished she stood in a field of barley, three hundred miles from any water, and people came on Sundays to look at her. " +
  "It rained for the whole of the next spring. The brook became a stream, the stream became a river, and one night the field was gone. " +
  "In the morning the carpenter looked out of his window and saw her turning slowly, with her bow to the west. " +
  "He took his hat, his book, and a loaf of bread. He did not look back, and he did not know how to steer. " +
  "But every river knows where the sea is, and it was in no hurry to tell him.";

/** Talks for minutes; whoever interrupts it hears more. */
export const longMonologue: Script = {
  turns: [
    { say: [opening, story, afterwards, `Now once more from the beginning. ${story}`, afterwards] },
    { waitFor: "user", say: ["I heard you. Where was I?", story, afterwards] },
  ],
  repeatFrom: 1,
};
