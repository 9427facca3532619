/** The file of weights that build/silero.ts packs, as base64. The build writes the module beside index.js. */
declare const base64: string;
export default base64;
