import { LayercodeClient } from "@layercode/core";
import { createAgent } from "@layercode/core/bindings";
import {
  effectScope,
  hasInjectionContext,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  type Plugin,
  provide,
} from "vue";
import {
  bindAgent,
  type LayercodeAgent,
  type UseLayercodeAgentOptions,
  useLayercodeAgent,
} from "./use-layercode-agent.js";

export const layercodeKey: InjectionKey<LayercodeAgent> = /* @__PURE__ */ Symbol("layercode");

/**
 * Gives the components below an agent: one that you have or the client of one, which stay yours to disconnect; or one
 * made of options, which lives as long as this component. Returns it.
 */
export function provideLayercode(
  from: LayercodeAgent | LayercodeClient | MaybeRefOrGetter<UseLayercodeAgentOptions>,
): LayercodeAgent {
  const agent = toAgent(from);
  provide(layercodeKey, agent);
  return agent;
}

/** The agent of the nearest component above that provides one, or the app's. Throws when there is none. */
export function injectLayercode(): LayercodeAgent {
  return requireAgent(injected(), "injectLayercode()");
}

/** A plugin: one agent for the whole app. It disconnects when the app unmounts. */
export function createLayercode(options: MaybeRefOrGetter<UseLayercodeAgentOptions>): Plugin {
  return {
    install(app) {
      const scope = effectScope(true);
      scope.run(() => app.provide(layercodeKey, useLayercodeAgent(options)));
      // `app.onUnmount` came with Vue 3.5.
      const { unmount } = app;
      app.unmount = () => {
        scope.stop();
        unmount();
      };
    },
  };
}

/** The agent in a component's props, the injected one by default. Throws when there is neither. */
export function useAgentOf(props: { agent?: LayercodeAgent | undefined }, asking: string): () => LayercodeAgent {
  const fallback = injected();
  return () => requireAgent(props.agent ?? fallback, asking);
}

export function requireAgent(agent: LayercodeAgent | undefined, asking: string): LayercodeAgent {
  if (agent) return agent;
  throw new Error(
    `${asking} found no agent. Call provideLayercode() in a component above, or app.use(createLayercode(options)), or pass an agent.`,
  );
}

function injected(): LayercodeAgent | undefined {
  return hasInjectionContext() ? inject(layercodeKey, undefined) : undefined;
}

function toAgent(from: Parameters<typeof provideLayercode>[0]): LayercodeAgent {
  if (from instanceof LayercodeClient) return bindAgent(createAgent(from));
  return "client" in from ? from : useLayercodeAgent(from);
}
