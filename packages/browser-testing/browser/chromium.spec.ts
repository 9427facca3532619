import { expect, type Page, test } from "@playwright/test";
import {
  type FakeMicrophone,
  installScript,
  isSpeechHeard,
  launchChromium,
  probe,
  resample,
  synthesizeSpeech,
  toFloat,
  writeMicrophoneFile,
} from "../dist/index.js";
import { recordMicrophone } from "./record-microphone.js";
import { servePage } from "./serve-page.js";

async function withMicrophone(microphone: FakeMicrophone, run: (page: Page) => Promise<void>): Promise<void> {
  await using server = await servePage();
  const session = await launchChromium({ microphone });
  try {
    const page = await session.newPage();
    await page.goto(server.url);
    await run(page);
  } finally {
    await session.close();
  }
}

const askForMicrophone = (page: Page) =>
  page.evaluate(async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      return stream.getAudioTracks()[0]?.readyState;
    } catch (error) {
      return `${error}`;
    }
  });

test("the microphone says what the file says", async () => {
  const speech = await synthesizeSpeech("The quick brown fox jumps over the lazy dog.");
  const wav = await writeMicrophoneFile(speech, { silenceBefore: 0.3 });
  await withMicrophone({ wav, loop: false }, async (page) => {
    const seconds = speech.samples.length / speech.sampleRate + 1;
    const heard = await recordMicrophone(page, seconds);
    const spoken = resample(toFloat(speech.samples), speech.sampleRate, 8000);
    expect(isSpeechHeard("chromium", spoken, resample(heard.samples, heard.sampleRate, 8000), 8000)).toBe(true);
  });
});

test("a microphone can be denied, left unanswered, or absent", async () => {
  await withMicrophone("denied", async (page) => {
    expect(await askForMicrophone(page)).toBe("NotAllowedError: Permission denied");
  });
  await withMicrophone("dismissed", async (page) => {
    expect(await askForMicrophone(page)).toBe("NotAllowedError: Permission dismissed");
  });
  await withMicrophone("absent", async (page) => {
    expect(await askForMicrophone(page)).toContain("NotFoundError");
  });
});

test("a probe is not a gesture: sound stays blocked as for a user who has not clicked", async () => {
  await using server = await servePage();
  const session = await launchChromium();
  try {
    const page = await session.newPage();
    await installScript(
      page,
      (instruments) => {
        instruments.probes.activation = () => navigator.userActivation.hasBeenActive;
        instruments.probes.fail = () => Promise.reject(new TypeError("what went wrong"));
      },
      null,
    );
    await page.goto(server.url);
    expect(await probe(page, "activation")).toBe(false);
    await page.evaluate("1");
    expect(await probe(page, "activation")).toBe(true);
    await expect(probe(page, "fail")).rejects.toThrow("what went wrong");
    await expect(probe(page, "nothing")).rejects.toThrow('no probe "nothing"');
  } finally {
    await session.close();
  }
});
