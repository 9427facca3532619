import {
  concatenate,
  type MonoAudio,
  silence,
  synthesizeSpeech,
  writeMicrophoneFile,
} from "@layercode/browser-testing";

/** The file of a microphone into which somebody talks, with pauses, again and again. */
export async function talkingMicrophone(): Promise<string> {
  const sentences = await Promise.all([
    synthesizeSpeech("Good evening. I would like to know when the next ship leaves for the island.", { voice: "rms" }),
    synthesizeSpeech("Tomorrow morning, then. Is there a cabin left, and what does it cost?", { voice: "rms" }),
    synthesizeSpeech("Thank you.", { voice: "rms" }),
  ]);
  const [first, ...others] = sentences.map((sentence) => concatenate(sentence, silence(2, sentence.sampleRate)));
  return await writeMicrophoneFile(concatenate(first as MonoAudio, ...others));
}
