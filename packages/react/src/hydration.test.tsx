import { lazy, Profiler, Suspense } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { acting } from "../test/rendered.js";
import { createWorld } from "../test/world.js";
import { LayercodeProvider, useLayercode, useLayercodeClient } from "./index.js";

function Selected() {
  return <p>{useLayercode(({ status, isMuted }) => ({ text: `${status} ${isMuted}` })).text}</p>;
}

function Read() {
  const { status, isMuted } = useLayercode();
  return <p>{`${status} ${isMuted}`}</p>;
}

describe.each([{ Status: Selected }, { Status: Read }])("$Status.name", ({ Status }) => {
  test("hydrates what the server rendered, though the agent was connected before a part of the page came alive", async () => {
    const world = createWorld();
    let client = {} as ReturnType<typeof useLayercodeClient>;
    function Client() {
      client = useLayercodeClient();
      return null;
    }
    const page = (late: () => React.ReactNode) => (
      <LayercodeProvider {...world.options}>
        <Client />
        <Suspense>{late()}</Suspense>
      </LayercodeProvider>
    );
    // React 18 takes a page with a document for a browser, and warns of rendering as a server does there.
    vi.spyOn(console, "error").mockImplementation(() => {});
    const container = document.createElement("div");
    container.innerHTML = renderToString(page(() => <Status />));
    const text = container.querySelector("p");
    expect(text?.textContent).toBe("disconnected false");

    let load = () => {};
    const LateStatus = lazy(
      () => new Promise<{ default: typeof Status }>((resolve) => (load = () => resolve({ default: Status }))),
    );
    const mismatch = vi.fn();
    const root = await acting(() =>
      hydrateRoot(
        container,
        page(() => <LateStatus />),
        { onRecoverableError: mismatch },
      ),
    );
    onTestFinished(() => acting(() => root.unmount()));
    await acting(() => world.connect(client));
    await acting(() => load());
    expect(container.querySelector("p")).toBe(text);
    expect(text?.textContent).toBe("connected false");
    expect(mismatch).not.toHaveBeenCalled();
  });

  test("renders once where nothing has happened", async () => {
    const { options } = createWorld();
    let renders = 0;
    function Page() {
      return (
        <LayercodeProvider {...options}>
          <Profiler id="status" onRender={() => renders++}>
            <Status />
          </Profiler>
        </LayercodeProvider>
      );
    }
    vi.spyOn(console, "error").mockImplementation(() => {});
    const container = document.createElement("div");
    container.innerHTML = renderToString(<Page />);
    const root = await acting(() => hydrateRoot(container, <Page />));
    onTestFinished(() => acting(() => root.unmount()));
    expect(renders).toBe(1);
  });
});
