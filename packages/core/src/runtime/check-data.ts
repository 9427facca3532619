import { LayercodeError } from "../errors.js";
import type { Frame } from "../protocol/codec.js";
import { toolCallOf } from "../protocol/tool-calls.js";
import { checked, issuesText, type StandardSchemaV1 } from "../standard-schema.js";

/** The frame, its data as the app's schema makes it; data that does not fit stays as it is, and says why. */
export function checkData(received: Frame, schema: StandardSchemaV1 | undefined): Frame {
  const { frame } = received;
  if (!schema || !frame.ok || frame.message.type !== "response.data" || toolCallOf(frame.message.content))
    return received;
  const { message } = frame;
  const result = checked(schema, message.content);
  if (!result.issues) return { ...received, frame: { ok: true, message: { ...message, content: result.value } } };
  const { issues, cause = issues } = result;
  const text = `The content of a "response.data" does not fit the option "data": ${issuesText(issues)}. Mend the schema, or what the backend sends.`;
  return { ...received, misfit: { issues, error: new LayercodeError("invalid-data", text, { cause }) } };
}
