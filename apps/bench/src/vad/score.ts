import type { Material } from "./material.js";

/** What a detector makes of a recording. */
export interface Score {
  precision: number;
  recall: number;
  f1: number;
  /** Share of the labels without speech that are taken for speech. */
  falsePositives: number;
  /** The same share of those labels before which nobody has spoken for 300 ms. */
  silentPositives: number;
  /** The area under the curve of true against false positives. */
  auc: number;
  /** From the first label of an utterance to the end of the first frame that begins speech, in ms. */
  onsetMilliseconds: number[];
  /** Utterances that no frame began within a second. */
  missed: number;
  /** A minute of silence, in which nobody has spoken for 300 ms. */
  falseStarts: number;
}

/** From this probability on a label counts as speech, and speech begins. */
const counts = 0.5;
const begins = 0.35;

const labelMilliseconds = 10;
const settleLabels = 30;
const latestOnset = 100;

/** Compares the probabilities of frames, `frameLabels` labels long each, with the labels. */
export function score({ labels, utterances }: Material, probabilities: readonly number[], frameLabels: number): Score {
  // What a frame says holds for the labels whose middle is in it.
  const guesses = labels.map((_, label) => probabilities[Math.floor((label + 0.5) / frameLabels)] ?? 0);
  const countOf = (spoken: boolean, guessed: boolean) =>
    guesses.filter((guess, label) => labels[label] === spoken && guess >= counts === guessed).length;
  const hits = countOf(true, true);
  const misses = countOf(true, false);
  const alarms = countOf(false, true);
  const quiet = countOf(false, false);
  const precision = hits / Math.max(1, hits + alarms);
  const recall = hits / Math.max(1, hits + misses);
  const onsets = utterances.map(({ first }) => onsetOf(probabilities, frameLabels, first));
  const found = onsets.filter((onset) => onset !== null);
  return {
    precision,
    recall,
    f1: (2 * precision * recall) / Math.max(1e-9, precision + recall),
    falsePositives: alarms / Math.max(1, alarms + quiet),
    auc: areaUnderCurve(labels, guesses),
    onsetMilliseconds: found,
    missed: onsets.length - found.length,
    ...silenceOf(labels, guesses),
  };
}

function onsetOf(probabilities: readonly number[], frameLabels: number, first: number): number | null {
  for (let frame = Math.floor(first / frameLabels); frame * frameLabels < first + latestOnset; frame++) {
    if ((probabilities[frame] ?? 0) >= begins) return ((frame + 1) * frameLabels - first) * labelMilliseconds;
  }
  return null;
}

function silenceOf(
  labels: readonly boolean[],
  guesses: readonly number[],
): Pick<Score, "silentPositives" | "falseStarts"> {
  let silent = 0;
  let quiet = 0;
  let alarms = 0;
  let starts = 0;
  let speaking = false;
  for (const [label, spoken] of labels.entries()) {
    silent = spoken ? 0 : silent + 1;
    const speech = (guesses[label] as number) >= begins;
    if (silent > settleLabels) {
      quiet++;
      if ((guesses[label] as number) >= counts) alarms++;
      if (speech && !speaking) starts++;
    }
    speaking = speech;
  }
  return { silentPositives: alarms / quiet, falseStarts: starts / ((quiet * labelMilliseconds) / 60_000) };
}

/** The chance that a label with speech has a higher probability than one without; halves for equal ones. */
export function areaUnderCurve(labels: readonly boolean[], guesses: readonly number[]): number {
  const ranked = guesses.map((guess, label) => ({ guess, spoken: labels[label] })).sort((a, b) => a.guess - b.guess);
  let below = 0;
  let area = 0;
  let spoken = 0;
  for (let from = 0, to = 0; from < ranked.length; from = to) {
    while (to < ranked.length && ranked[to]?.guess === ranked[from]?.guess) to++;
    const equal = ranked.slice(from, to);
    const positives = equal.filter((one) => one.spoken).length;
    const negatives = equal.length - positives;
    area += positives * (below + negatives / 2);
    below += negatives;
    spoken += positives;
  }
  return area / (spoken * below);
}
