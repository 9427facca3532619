// @vitest-environment happy-dom
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createWorld } from "../../test/world.js";
import { attachVisualizer, barOf } from "./visualizer.js";

describe("the bar of a level", () => {
  test.each([
    [0, 0],
    [0.05, 0.27],
    [0.1, 0.41],
    [0.3, 0.8],
    [1, 0.8],
  ])("%s takes %s of the canvas", (level, share) => {
    expect(barOf(level)).toBeCloseTo(share, 2);
  });

  test("leaves headroom whatever the level, and grows with it", () => {
    const level = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(level, level, (one, other) => {
        const [quieter, louder] = [Math.min(one, other), Math.max(one, other)];
        expect(barOf(quieter)).toBeLessThanOrEqual(barOf(louder));
        expect(barOf(louder)).toBeLessThanOrEqual(0.8);
      }),
    );
  });
});

test("a window of a test environment, which has less, is drawn for nobody", async () => {
  vi.stubGlobal("matchMedia", undefined);
  vi.stubGlobal("ResizeObserver", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const canvas = document.createElement("canvas");
  const getContext = vi.spyOn(canvas, "getContext");
  document.body.append(canvas);
  const world = createWorld();
  const detach = attachVisualizer(canvas, world.client);
  await world.connect();
  await world.client.disconnect();
  detach();
  expect(getContext).not.toHaveBeenCalled();
});

describe("in silence", () => {
  /** A canvas of a connected client, and the frames of its window. */
  async function createScene() {
    let callback = () => {};
    vi.stubGlobal("requestAnimationFrame", (next: () => void) => {
      callback = next;
      return 1;
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const canvas = document.createElement("canvas");
    Object.defineProperties(canvas, { clientWidth: { value: 60 }, clientHeight: { value: 30 } });
    const drawing = { clearRect: vi.fn(), setTransform() {}, beginPath() {}, roundRect() {}, fill() {}, fillStyle: "" };
    canvas.getContext = () => drawing as never;
    document.body.append(canvas);
    const world = createWorld();
    onTestFinished(attachVisualizer(canvas, world.client));
    await world.connect();
    return {
      canvas,
      drawing,
      passFrames(count: number) {
        for (let frame = 0; frame < count; frame++) callback();
      },
    };
  }

  test("it draws once a second, so that it takes on a new colour", async () => {
    const { canvas, drawing, passFrames } = await createScene();
    passFrames(60);
    canvas.style.color = "rgb(1, 2, 3)";
    drawing.clearRect.mockClear();
    passFrames(120);
    expect(drawing.clearRect).toHaveBeenCalledTimes(2);
    expect(drawing.fillStyle).toBe("rgb(1, 2, 3)");
  });
});
