import type { LayercodeClient } from "../client/client.js";
import type { Undo } from "../undo.js";
import { type AudioSource, watchAudioLevel } from "./audio-level.js";
import { checkAttached, followWindow, type View } from "./follow-window.js";

/** In CSS pixels; a step is a bar and the gap behind it. */
const barWidth = 3;
const barStep = 6;
/** One bar shows the loudest of so many animation frames. */
const framesPerBar = 3;
/** About so many come in a second; more on some screens. */
const framesPerSecond = 60;
/** The level (RMS) of the highest bar: loud speech. */
const fullLevel = 0.3;
/** How much of the canvas the highest bar takes. The rest is headroom: a bar that touches the edge looks clipped. */
const highestBar = 0.8;

export interface VisualizerOptions {
  /** Whose sound is drawn. Default `"agent"`. */
  source?: AudioSource;
}

/**
 * Draws how loud one side is: the last seconds as bars, the newest at the right, 80 % of the height at most; where reduced
 * motion is preferred, one bar for the present level. Uses the canvas's CSS `color` and CSS size, and the frames, the pixel
 * ratio and the motion preference of the window that shows it: while connected, a change of these is seen within a second.
 * Without a CSS size it stays as large as it is, 300 × 150 by default. Returns the undo. Throws `invalid-option` for what is
 * no canvas.
 */
export function attachVisualizer(
  canvas: HTMLCanvasElement,
  client: LayercodeClient,
  { source = "agent" }: VisualizerOptions = {},
): Undo {
  checkAttached("attachVisualizer", canvas, "canvas", client);
  return followWindow(canvas, client, (view) => drawIn(view, canvas, client, source));
}

function drawIn(view: View, canvas: HTMLCanvasElement, client: LayercodeClient, source: AudioSource): Undo {
  // Where components are tested, as in jsdom, a window may have neither this nor a ResizeObserver.
  const { ResizeObserver }: Partial<View> = view;
  const still = (view as Partial<View>).matchMedia?.("(prefers-reduced-motion: reduce)");
  const history: number[] = [];
  let frames = 0;
  let loudest = 0;
  let present = 0;
  const draw = () => drawLevels(view, canvas, history, still?.matches ? present : null);

  const showLevel = (level: number) => {
    if (client.status !== "connected") {
      present = 0;
      history.length = 0;
      return draw();
    }
    loudest = Math.max(loudest, barOf(level));
    // Draw only for a new bar: drawing each frame costs more than everything else on the page.
    if (frames++ % framesPerBar > 0) return;
    const wasSilent = Math.max(...history) === 0;
    present = loudest;
    loudest = 0;
    history.push(present);
    history.splice(0, history.length - Math.ceil(canvas.clientWidth / barStep));
    // A silent bar after silent bars changes no pixel: skip the drawing, but for once a second, for a colour or a pixel ratio
    // that has changed meanwhile.
    if (!wasSilent || present > 0 || frames % framesPerSecond === 1) draw();
  };
  const stopLevels = watchAudioLevel(client, source, showLevel, canvas);
  // A ResizeObserver also calls back with the first size, as soon as the canvas has one: that is the first drawing.
  const resized = ResizeObserver && new ResizeObserver(draw);
  resized?.observe(canvas);
  return () => {
    stopLevels();
    resized?.disconnect();
  };
}

function drawLevels(view: View, canvas: HTMLCanvasElement, history: readonly number[], present: number | null): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  // Before its context is asked for: jsdom, which has none, says so with every call.
  const context = width > 0 && canvas.getContext("2d");
  if (!context) return;
  const ratio = view.devicePixelRatio;
  const pixelWidth = Math.round(width * ratio);
  const pixelHeight = Math.round(height * ratio);
  // Only when it differs: setting the size, even to the same value, clears the canvas and resets its state.
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  // A canvas without a CSS size is as large as its attributes, which say its pixels now: it would grow with each drawing.
  if (Math.abs(canvas.clientWidth - width) > 1) canvas.style.width = `${width}px`;
  if (Math.abs(canvas.clientHeight - height) > 1) canvas.style.height = `${height}px`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = view.getComputedStyle(canvas).color;
  if (present !== null) return drawBar(context, 0, height / 2 - 4, Math.max(8, present * width), 8);
  for (let bar = 0; bar < Math.floor(width / barStep); bar++) {
    const length = Math.max(barWidth, (history.at(-1 - bar) ?? 0) * height);
    drawBar(context, width - (bar + 1) * barStep, (height - length) / 2, barWidth, length);
  }
}

function drawBar(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(width, height) / 2);
  context.fill();
}

/** How much of the canvas the bar of a level takes. Loudness grows roughly with the power 0.6 of the level (Stevens' law). */
export function barOf(level: number): number {
  return highestBar * Math.min(1, (level / fullLevel) ** 0.6);
}
