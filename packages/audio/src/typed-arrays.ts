// Typed arrays over memory that is nobody else's, as the platform asks for them: `Int16Array<ArrayBuffer>`. What
// TypeScript emits of these names is also read by TypeScript before 5.7, where typed arrays take no argument.

export type Bytes = ReturnType<typeof Uint8Array.of>;
export type Pcm16 = ReturnType<typeof Int16Array.of>;
export type FloatSamples = ReturnType<typeof Float32Array.of>;
