/** What differs between the two clients at one step of the script. */
export interface Difference {
  step: string;
  theirs: string[];
  ours: string[];
}

/** A difference that is to stay, and what "Moving from" in core's README says of it, word by word. */
export interface Explained extends Difference {
  readme: string[];
}

const connecting = ["onStatusChange connecting"];
const connected = ["onStatusChange connected", "onConnect automatic, status connected", "connect: resolved"];
const refused = [...connecting, "onStatusChange error", "onError Failed to authorize conversation: …"];
const deniedText =
  "onError The microphone is blocked for this page. Allow it in the browser's settings for this site, next to the address, and try again.";

/** Every difference that there is, in the order of the script: one that is gone, or that is new, fails the test. */
export const differences: readonly Explained[] = [
  {
    step: "made",
    theirs: ["audioInputChanged true"],
    ours: [],
    readme: ["Callbacks report changes"],
  },
  {
    step: "connect()",
    theirs: [...connecting, "first level of the agent: 0", "first level of the user: 0", ...connected],
    ours: [...connecting, ...connected],
    readme: ["Callbacks report changes"],
  },
  {
    step: "… and ends",
    theirs: [
      "onMessage response.end",
      "onAgentSpeakingChange false",
      "onMessage trigger.response.audio.replay_finished",
    ],
    ours: [
      "onMessage response.end agent speaks",
      "onAgentSpeakingChange false",
      "onMessage trigger.response.audio.replay_finished",
    ],
    readme: ["every message has `agentSpeaking` and `userSpeaking`"],
  },
  {
    step: "the end of the agent's turn, and a type that nobody knows",
    theirs: ["onMessage turn.end"],
    ours: ["onMessage turn.end", "onMessage future.thing"],
    readme: ["a message of a type that nobody knows"],
  },
  {
    step: "hear",
    theirs: ["audioInputChanged true", ...connecting, "onStatusChange connected", "hear: resolved"],
    ours: ["audioInputChanged true", "hear: resolved"],
    readme: ["The status stays `connected` while a switch opens the microphone"],
  },
  {
    step: "a message without a connection",
    theirs: ["text: resolved"],
    ours: ['onError Nothing can be sent while the status is "disconnected". Await connect() first.', "text: rejected"],
    readme: ["so does a send that cannot be delivered"],
  },
  {
    step: "connect() that is refused with 402",
    theirs: [...refused, "connect: resolved"],
    ours: [...refused, "connect: rejected"],
    readme: ["`connect()` rejects when it fails"],
  },
  {
    step: "connect() without leave for the microphone",
    theirs: [
      ...connecting,
      "onError User has denined audio device permissions",
      "onStatusChange error",
      "onError User has denined audio device permissions",
      "connect: resolved",
    ],
    ours: [...connecting, "onStatusChange error", deniedText, "connect: rejected"],
    readme: ["an error comes once", "`permission-denied`"],
  },
];
