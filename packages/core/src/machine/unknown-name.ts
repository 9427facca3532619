/** A name that an app uses and that means nothing here. */
export interface UnknownName {
  type: "unknownOption" | "unknownEvent";
  name: string;
  /** The one that it resembles, where one does. */
  meant?: string;
}
