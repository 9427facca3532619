import { seconds } from "../duration-text.js";
import { answerTo } from "./answers.js";
import type { ConversationContext, Scenario } from "./scenario.js";

const welcome =
  "Hello! I am the mock agent. I have no speech recognition, so I cannot tell what you say, but I can hear that you speak. Say something, or type a message.";
const welcomeBack = "Welcome back. I am listening.";

/** Talks with the user: a welcome, an answer to every turn, by content where the content is known. */
export const assistant: Scenario = {
  prewarm: [welcome, welcomeBack],
  start: (turn) => turn.say(turn.conversation.resumed ? welcomeBack : welcome),
  userSpoke(turn, { durationMs, transcript }) {
    if (durationMs === 0) return turn.say("I did not hear anything. Speak a little louder, or type a message.");
    // Without speech recognition the transcript is a measurement in parentheses. Anything else is words: answer them.
    if (!/^\(.*\)$/.test(transcript)) return turn.say(reply(turn.conversation, transcript));
    return turn.say(`You spoke for ${seconds(durationMs)}. I cannot make out the words, but I listened to all of it.`);
  },
  userTyped: (turn, text) => turn.say(reply(turn.conversation, text)),
  userData: (turn, data) => turn.data({ received: data }),
};

function reply({ history }: ConversationContext, text: string): string {
  return answerTo(text, { history, now: new Date() });
}
