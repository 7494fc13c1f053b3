/** The names of the channels between the window and the desktop shell. */
export const CHANNELS = {
  /** invoke: call id, action, input → reply */
  call: 'event-audit:call',
  /** send: call id */
  cancel: 'event-audit:cancel',
  /** to the window: call id, progress */
  progress: 'event-audit:progress',
  /** invoke: desktop call, input → reply */
  desktop: 'event-audit:desktop',
  /** to the window: desktop event */
  event: 'event-audit:event',
} as const;
