import { onTestFinished } from "vitest";
import { type App, type Component, createApp, defineComponent, type Plugin } from "vue";
import { AudioVisualizer, MicrophoneSelect, vPushToTalk } from "../src/index.js";

/** Mounts a component on the page, until the test is over. */
export function mounted(component: Component, { plugins = [] }: { plugins?: Plugin[] } = {}) {
  const target = document.body.appendChild(document.createElement("main"));
  const app: App = createApp(component);
  for (const plugin of plugins) app.use(plugin);
  let isMounted = false;
  const unmount = () => {
    if (isMounted) app.unmount();
    isMounted = false;
    target.remove();
  };
  onTestFinished(unmount);
  app.mount(target);
  isMounted = true;
  return { app, target, unmount };
}

/** Mounts a component that only calls `setup`, and returns what that returned. */
export function mountedSetup<T extends object>(setup: () => T, options: { plugins?: Plugin[] } = {}) {
  let result: T | undefined;
  const Setup = () => {
    result = setup();
    return () => null;
  };
  const mounting = mounted(defineComponent(Setup), options);
  return { ...mounting, result: result as T };
}

/** Mounts a template, which reads what `setup` returns as that of a `.vue` file does. Returns that, too. */
export function mountedTemplate<T extends object>(template: string, setup: () => T) {
  let result: T | undefined;
  const components = { AudioVisualizer, MicrophoneSelect };
  const directives = { pushToTalk: vPushToTalk };
  const mounting = mounted({ template, components, directives, setup: () => (result = setup()) });
  return { ...mounting, result: result as T };
}
