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
import type { LayercodeAgent } from "./use-layercode-agent.js";

/** The choice to follow the system, as browsers name it. */
const systemDefault = "default";

/**
 * A labelled `<select>` of the microphones, which chooses one. Attributes go to the `<select>`; the slots `label` and
 * `helper` take the place of the props `label` and `helperText`.
 */
export const MicrophoneSelect = /* @__PURE__ */ defineComponent({
  name: "MicrophoneSelect",
  inheritAttrs: false,
  props: {
    /** Default: the injected one. */
    agent: Object as PropType<LayercodeAgent>,
    label: { type: String, default: "Microphone" },
    helperText: String,
    /** What is said when there is none. */
    emptyLabel: { type: String, default: "No microphones detected" },
    containerClassName: String,
    /** Whether the list is read anew when this appears. */
    autoRefresh: { type: Boolean, default: true },
    disabled: Boolean,
  },
  slots: Object as SlotsType<{ label?: unknown; helper?: unknown }>,
  setup(props, { attrs, slots }) {
    const agentOf = useAgentOf(props, "MicrophoneSelect");
    // The first rendering is the server's, which knows of no microphone.
    const isMounted = shallowRef(false);
    onMounted(() => {
      isMounted.value = true;
      const { isInputDeviceListLoading, refreshInputDevices } = agentOf();
      // Asking whether it loads lists it, where the agent may do so by itself. What goes wrong is shown below.
      if (props.autoRefresh && !isInputDeviceListLoading.value) refreshInputDevices().catch(() => {});
    });

    const choose = ({ target }: Event) => {
      const { selectInputDevice, preferredInputDeviceId } = agentOf();
      const select = target as HTMLSelectElement;
      selectInputDevice(select.value).catch(() => {
        // Told by the error event. The list shows what is still true.
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
        // Around the select: then neither needs an id.
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
