import { conversationHandlers } from "../conversation/handlers.js";
import { next } from "../transition.js";
import { requestHandlers } from "./accepted-requests.js";
import { showFailure } from "./calls.js";
import { mutingHandlers } from "./channels/muting.js";
import { attemptDue, connectAgain } from "./connection/attempts.js";
import { authorized, connectedWhenReady, socketOpened, takenOver } from "./connection/connected.js";
import { expectNoReply, expectReply, expectReplyAnew, expectSign, messageCame } from "./connection/liveness.js";
import {
  attemptFailed,
  pageChanged,
  replyOverdue,
  socketClosed,
  uplinkStalled,
  woken,
} from "./connection/reconnecting.js";
import { detectionHandlers } from "./detection/detection.js";
import { devicesHandlers } from "./devices/handlers.js";
import { lostInputHandlers } from "./devices/lost-microphone.js";
import { movedSpeakerHandlers } from "./devices/outputs.js";
import type { Handlers } from "./machine.js";
import { outboxHandlers } from "./outbox/outbox.js";
import { talkHandlers } from "./talk/push-to-talk.js";
import { toolCallHandlers } from "./tool-calls/tool-calls.js";

/** What the slices do once there is a session: it loads with the first `connect()` (docs/decisions/0001). */
export const sessionHandlers: Handlers = {
  connection: {
    connect: connectAgain,
    connectFailed: attemptFailed,
    authorized,
    socketOpened,
    socketMessage: messageCame,
    socketClosed,
    takenOver,
    attemptDue,
    replyOverdue,
    uplinkStalled,
    pageChanged,
    woken,
    userTurnStarted: expectNoReply,
    userTurnEnded: expectReply,
    replayFinished: expectReplyAnew,
    speechUnanswered: expectSign,
    uplinkCongested: (connection) =>
      next(connection, { type: "emit", event: "audio:uplink-congested", payload: undefined }),
    eventEnded: connectedWhenReady,
  },
  requests: requestHandlers,
  talk: talkHandlers,
  outbox: outboxHandlers,
  devices: devicesHandlers,
  audioInput: { ...lostInputHandlers, ...mutingHandlers },
  audioOutput: movedSpeakerHandlers,
  detection: detectionHandlers,
  conversation: conversationHandlers,
  toolCalls: toolCallHandlers,
  error: {
    errorMended: (error, { error: mended }) => next(error === mended ? null : error),
    recordingFailed: (shown, { error }) => next(shown, ...showFailure(error)),
  },
};
