import { describeInputDevice } from "@layercode/core/bindings";
import {
  defineComponent,
  h,
  mergeProps,
  onMounted,
  type PropType,
  type SlotsType,
  shallowRef,
  type VNodeChild,
} from "vue";
import { useAgentOf } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";

/** The value of the option that follows the system. */
const systemDefault = "default";

/**
 * A labelled `<select>` that lists the microphones and switches to the chosen one. Attributes go to the `<select>`; the
 * slots `label` and `helper` replace the props `label` and `helperText`.
 */
export const MicrophoneSelect = /* @__PURE__ */ defineComponent({
  name: "MicrophoneSelect",
  inheritAttrs: false,
  props: {
    /** Default: the injected one. */
    agent: Object as PropType<AnyLayercodeAgent>,
    label: { type: String, default: "Microphone" },
    helperText: String,
    /** Shown when there is no microphone. */
    emptyLabel: { type: String, default: "No microphones detected" },
    containerClassName: String,
    /** Whether the microphones are listed anew at mount. Listing never prompts. */
    autoRefresh: { type: Boolean, default: true },
    disabled: Boolean,
  },
  slots: Object as SlotsType<{ label?: unknown; helper?: unknown }>,
  setup(props, { attrs, slots }) {
    const agentOf = useAgentOf(props, "MicrophoneSelect");
    // `false` in the server's HTML and in the rendering that hydrates it: a server has no microphones to list.
    const isMounted = shallowRef(false);
    onMounted(() => {
      isMounted.value = true;
      const { isInputDeviceListLoading, refreshInputDevices } = agentOf();
      // Reading `isInputDeviceListLoading` makes the agent load the list, unless `autoLoadInputDevices` is off: do not
      // load it twice. A failure shows as `inputDeviceListError`.
      if (props.autoRefresh && !isInputDeviceListLoading.value) refreshInputDevices().catch(() => {});
    });

    const choose = ({ target }: Event) => {
      const { selectInputDevice, preferredInputDeviceId } = agentOf();
      const select = target as HTMLSelectElement;
      selectInputDevice(select.value).catch(() => {
        // `onError` has told the app. The microphone in use is still the one before: select it again.
        select.value = preferredInputDeviceId.value ?? systemDefault;
      });
    };

    return () => {
      const agent = agentOf();
      const chosen = agent.preferredInputDeviceId.value;
      const devices = isMounted.value ? agent.availableInputDevices.value : [];
      const isLoading = !isMounted.value || agent.isInputDeviceListLoading.value;
      const error = isMounted.value && agent.inputDeviceListError.value;
      const label = slots.label?.({}) ?? props.label;
      const helper = slots.helper?.({}) ?? props.helperText;
      const disabled = props.disabled || isLoading || (devices.length === 0 && !error);

      const select = h("select", mergeProps(attrs, { disabled, onChange: choose }), [
        h("option", { value: systemDefault, selected: chosen === null }, "System default microphone"),
        ...devices.map((device, i) =>
          h("option", { value: device.deviceId, selected: device.deviceId === chosen }, describeInputDevice(device, i)),
        ),
      ]);
      return h("div", { class: props.containerClassName }, [
        // The label encloses the select, so that neither needs an id: `useId` came only with Vue 3.5.
        h("label", [label && h("span", { class: "layercode-mic-select__label" }, label), select]),
        isLoading && note("Loading microphones…"),
        error && h("div", { class: "layercode-mic-select__error", role: "alert" }, error),
        !isLoading && !error && devices.length === 0 && note(props.emptyLabel),
        helper && note(helper),
      ]);
    };
  },
});

function note(content: VNodeChild) {
  return h("div", { class: "layercode-mic-select__helper" }, [content]);
}
