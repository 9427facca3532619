// Reads the constants of an ONNX model, as much of the format as that takes:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, in the encoding of https://protobuf.dev/programming-guides/encoding.

interface Field {
  number: number;
  /** Of a field with bytes. */
  bytes: Uint8Array;
  /** Of a field with an integer. */
  value: number;
}

/** All float constants of a model, its branches included, by the name of what they are assigned to. */
export function readTensors(model: Uint8Array): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  for (const { number, bytes } of fields(model)) if (number === 7) readGraph(bytes, tensors);
  return tensors;
}

function readGraph(graph: Uint8Array, tensors: Map<string, Float32Array>): void {
  for (const { number, bytes } of fields(graph)) if (number === 1) readNode(bytes, tensors);
}

function readNode(node: Uint8Array, tensors: Map<string, Float32Array>): void {
  const all = [...fields(node)];
  const output = text(all.find(({ number }) => number === 2)?.bytes);
  for (const { number, bytes } of all) {
    if (number !== 5) continue;
    for (const attribute of fields(bytes)) {
      if (attribute.number === 5) readTensor(attribute.bytes, output, tensors);
      if (attribute.number === 6) readGraph(attribute.bytes, tensors);
    }
  }
}

function readTensor(tensor: Uint8Array, name: string, tensors: Map<string, Float32Array>): void {
  const all = [...fields(tensor)];
  const isFloat = all.some(({ number, value }) => number === 2 && value === 1);
  const raw = all.find(({ number }) => number === 9)?.bytes;
  if (isFloat && raw !== undefined) tensors.set(name, new Float32Array(Uint8Array.from(raw).buffer));
}

function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const integer = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = integer();
    const wireType = tag & 7;
    const value = wireType === 0 ? integer() : 0;
    const length = wireType === 2 ? integer() : wireType === 5 ? 4 : wireType === 1 ? 8 : 0;
    yield { number: tag >>> 3, value, bytes: message.subarray(at, at + length) };
    at += length;
  }
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
