import { attachPushToTalk } from "@layercode/core";
import {
  type ComponentPublicInstance,
  type ComputedRef,
  computed,
  type MaybeRefOrGetter,
  shallowRef,
  toValue,
  watchEffect,
} from "vue";
import { injectLayercode } from "./context.js";
import { type AnyLayercodeAgent, refsOf } from "./use-layercode-agent.js";
import { whileShown } from "./while-shown.js";

export interface UsePushToTalkOptions {
  /** A key that talks from anywhere on the page, but where text is typed: a `KeyboardEvent.key` or `.code`. */
  key?: MaybeRefOrGetter<string | undefined>;
  /** Default: the injected one. */
  agent?: AnyLayercodeAgent;
}

/** What `v-bind` puts on the button. */
export interface PushToTalkButton {
  ref: (target: Element | ComponentPublicInstance | null) => void;
  type: "button";
  "aria-pressed": boolean;
}

export interface UsePushToTalkReturn {
  /** For the button: `<button v-bind="button">`. */
  button: ComputedRef<PushToTalkButton>;
  /** Whether the agent is configured for push-to-talk, so that the page should show the button. */
  isEnabled: ComputedRef<boolean>;
  isPressed: ComputedRef<boolean>;
}

/**
 * Makes a button that is held while talking, by pointer, touch, space or enter. Letting go, losing the focus, a hidden
 * page or unmounting ends the user's turn.
 */
export function usePushToTalk({ key, agent = injectLayercode() }: UsePushToTalkOptions = {}): UsePushToTalkReturn {
  const element = shallowRef<HTMLElement | null>(null);
  const { pushToTalk } = refsOf(agent);
  const isEnabled = computed(() => pushToTalk.value.enabled);
  const isPressed = computed(() => pushToTalk.value.pressed);
  const ref = (target: Element | ComponentPublicInstance | null) => {
    const root: unknown = target && "$el" in target ? target.$el : target;
    element.value = root instanceof HTMLElement ? root : null;
  };
  const button = computed<PushToTalkButton>(() => ({ ref, type: "button", "aria-pressed": isPressed.value }));

  whileShown(() =>
    watchEffect(
      (onCleanup) => {
        const hotkey = toValue(key);
        const options = hotkey === undefined ? {} : { key: hotkey };
        if (element.value) onCleanup(attachPushToTalk(element.value, agent.client, options));
      },
      // Synchronous: the ref becomes `null` before Vue removes the element, so the undo runs while it is on the page.
      { flush: "sync" },
    ),
  );
  return { button, isEnabled, isPressed };
}
