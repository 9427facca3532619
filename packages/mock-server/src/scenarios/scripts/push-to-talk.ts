import type { Script } from "../script.js";

/** Listens while a button is held, and tells what it heard. */
export const pushToTalk: Script = {
  trigger: "push_to_talk",
  turns: [
    { say: "Hold the button while you speak, and let go when you are done." },
    { waitFor: "user", say: "Thank you. I heard: {text}. Hold the button again, and I shall listen again." },
  ],
  repeatFrom: 1,
};
