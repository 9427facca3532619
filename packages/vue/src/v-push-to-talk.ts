import { attachPushToTalk, type Undo } from "@layercode/core";
import {
  type ComponentInternalInstance,
  type ComponentPublicInstance,
  type DirectiveBinding,
  type ObjectDirective,
  onActivated,
  onDeactivated,
} from "vue";
import { layercodeKey, requireAgent } from "./context.js";
import { type AnyLayercodeAgent, type LayercodeAgent, refsOf } from "./use-layercode-agent.js";

/** `v-push-to-talk`, `v-push-to-talk="agent"`, `v-push-to-talk="{ agent, key }"`; by default the injected agent. */
export type PushToTalkBinding = AnyLayercodeAgent | { agent?: AnyLayercodeAgent; key?: string } | undefined;

interface Attachment {
  readonly agent: LayercodeAgent;
  readonly key: string | undefined;
  undo?: Undo | undefined;
}

const attachmentsOf = /* @__PURE__ */ new WeakMap<object, Map<HTMLElement, Attachment>>();

/** Makes a button that is held while talking, by pointer, touch, space, enter or a hotkey. */
export const vPushToTalk: ObjectDirective<HTMLElement, PushToTalkBinding> = {
  mounted: follow,
  updated: follow,
  beforeUnmount(element, binding) {
    const attachments = attachmentsIn(ownerOf(binding) ?? element);
    detach(attachments.get(element));
    attachments.delete(element);
  },
};

function follow(element: HTMLElement, binding: DirectiveBinding<PushToTalkBinding>): void {
  const { value } = binding;
  const owner = ownerOf(binding);
  const given = value && "client" in value ? { agent: value } : value;
  // Vue gives directives no `inject()`: read the component's `provides`, where `inject()` looks too.
  const agent = refsOf(given?.agent ?? requireAgent(owner?.provides[layercodeKey as symbol], "v-push-to-talk"));
  const key = given && "key" in given ? given.key : undefined;
  const attachments = attachmentsIn(owner ?? element);
  const before = attachments.get(element);
  if (before?.agent === agent && before.key === key) return;
  detach(before);
  const attachment = { agent, key };
  attachments.set(element, attachment);
  attach(attachment, element);
}

function attach(attachment: Attachment, element: HTMLElement): void {
  const { agent, key } = attachment;
  attachment.undo ??= attachPushToTalk(element, agent.client, key === undefined ? {} : { key });
}

function detach(attachment: Attachment | undefined): void {
  attachment?.undo?.();
  if (attachment) attachment.undo = undefined;
}

type Owner = ComponentInternalInstance & { provides: Record<symbol, LayercodeAgent | undefined> };

/** The component whose template has the element; `undefined` in a functional component, which has no instance. */
function ownerOf({ instance }: DirectiveBinding<PushToTalkBinding>): Owner | undefined {
  return (instance as ComponentPublicInstance | null)?.$ as Owner | undefined;
}

// `<KeepAlive>` takes elements off the page without calling a directive; only the component has hooks for it. They are
// registered once for each component, and attach or detach all of its elements.
function attachmentsIn(owner: Owner | HTMLElement): Map<HTMLElement, Attachment> {
  const known = attachmentsOf.get(owner);
  if (known) return known;
  const attachments = new Map<HTMLElement, Attachment>();
  attachmentsOf.set(owner, attachments);
  if (!(owner instanceof HTMLElement)) {
    onActivated(() => attachments.forEach(attach), owner);
    onDeactivated(() => attachments.forEach(detach), owner);
  }
  return attachments;
}
