// A type test, checked with the types of this suite: an app on the documented API of Layercode's own client changes its
// import, and nothing else.
import type { LayercodeClient, LayercodeClientOptions } from "@layercode/core";
import type TheirClient from "@layercode/js-sdk";
import type { ILayercodeClient } from "@layercode/js-sdk";

type TheirOptions = ConstructorParameters<typeof TheirClient>[0];
// Theirs take what is there: that what is absent may be undefined is ours alone.
type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

declare const ours: Given<LayercodeClientOptions>;
declare const theirs: TheirOptions;
declare const ourClient: LayercodeClient;

// What is written for this client is what theirs takes, but for who reads more than an Error, or a text, or why a session
// is over, and for the handlers of messages: ours take a function of any message (docs/decisions/0006) …
type TakesMore = "onError" | "onStatusChange" | "onDisconnect" | "onMessage" | "onDataMessage";
ours satisfies Omit<TheirOptions, TakesMore>;
// … and what was written for theirs is what this one takes.
theirs satisfies LayercodeClientOptions;
// What an app calls and reads.
ourClient satisfies ILayercodeClient;
