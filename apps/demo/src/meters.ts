import type { LayercodeClient, Undo } from "@layercode/core";
import { element } from "./elements";

/** Draws how loud both sides are, while connected. Levels are pulled once a frame; nothing else of the page is touched. */
export function showLevels(client: LayercodeClient): Undo {
  const meters = [
    { draw: createMeter(element("agent-meter", HTMLCanvasElement)), level: () => client.agentAudioAmplitude },
    { draw: createMeter(element("user-meter", HTMLCanvasElement)), level: () => client.userAudioAmplitude },
  ];
  let frame = 0;
  const update = () => {
    for (const { draw, level } of meters) draw(level());
    frame = requestAnimationFrame(update);
  };
  const follow = () => {
    const connected = client.getSnapshot().status === "connected";
    if (connected === frame > 0) return;
    if (connected) return update();
    cancelAnimationFrame(frame);
    frame = 0;
    for (const { draw } of meters) draw(0);
  };
  for (const { draw } of meters) draw(0);
  follow();
  const unsubscribe = client.subscribe(follow);
  return () => {
    unsubscribe();
    cancelAnimationFrame(frame);
  };
}

const barWidth = 3;
const barStep = 6;
const framesPerBar = 3;

/** A meter that shows the last seconds as bars, the newest at the right; without motion, one bar for the present. */
function createMeter(canvas: HTMLCanvasElement): (level: number) => void {
  const context = canvas.getContext("2d");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const history: number[] = [];
  let frames = 0;

  return (level) => {
    const ratio = devicePixelRatio;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!context || width === 0) return;
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
    if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.fillStyle = getComputedStyle(canvas).color;

    const loudness = toLoudness(level);
    if (still.matches) return drawBar(context, 0, height / 2 - 4, Math.max(8, loudness * width), 8);
    const bars = Math.floor(width / barStep);
    if (frames++ % framesPerBar === 0) history.push(loudness);
    else history.push(Math.max(history.pop() ?? 0, loudness));
    history.splice(0, history.length - bars);
    for (let bar = 0; bar < bars; bar++) {
      const loud = history.at(-1 - bar) ?? 0;
      const length = Math.max(barWidth, loud * height);
      drawBar(context, width - (bar + 1) * barStep, (height - length) / 2, barWidth, length);
    }
  };
}

function drawBar(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(width, height) / 2);
  context.fill();
}

// Loudness grows roughly with the power 0.6 of the level (Stevens' law); an RMS of 0.3 fills the meter.
function toLoudness(level: number): number {
  return Math.min(1, (level / 0.3) ** 0.6);
}
