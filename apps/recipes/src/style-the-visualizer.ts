// Style the visualizer: colour and size are CSS. For any other drawing, the level is a CSS variable.
import { attachVisualizer, type LayercodeClient, watchAudioLevel } from "@layercode/core";

export function showLevels(canvas: HTMLCanvasElement, ring: HTMLElement, client: LayercodeClient): () => void {
  canvas.classList.add("meter");
  ring.classList.add("ring");
  const undo = [
    attachVisualizer(canvas, client),
    watchAudioLevel(client, "user", (level) => ring.style.setProperty("--level", level.toFixed(3)), ring),
  ];
  return () => {
    for (const one of undo) one();
  };
}

export const levelStyle = `
  .meter { width: 100%; max-width: 20rem; height: 3rem; color: oklch(0.6 0.2 260); }
  .ring { width: 4rem; aspect-ratio: 1; border-radius: 50%; border: 2px solid; }
  .ring { scale: calc(1 + var(--level, 0)); transition: scale 60ms linear; }
  @media (prefers-reduced-motion: reduce) { .ring { scale: 1; opacity: calc(0.4 + var(--level, 0)); } }
`;
