/** The bridge between the sandboxed window and the desktop shell. Nothing of Electron or Node.js passes through it. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge } from '../shared/bridge.ts';
import { CHANNELS } from '../shared/channels.ts';
import type { DesktopEvent } from '../shared/desktop.ts';

const progressListeners = new Map<string, (progress: unknown) => void>();
const eventListeners = new Set<(event: DesktopEvent) => void>();

ipcRenderer.on(CHANNELS.progress, (_event, callId: string, progress: unknown) => {
  progressListeners.get(callId)?.(progress);
});
ipcRenderer.on(CHANNELS.event, (_event, event: DesktopEvent) => {
  for (const listener of eventListeners) listener(event);
});

const bridge: Bridge = {
  call: async (callId, action, input, onProgress) => {
    if (onProgress !== undefined) progressListeners.set(callId, onProgress);
    try {
      return await ipcRenderer.invoke(CHANNELS.call, callId, action, input);
    } finally {
      progressListeners.delete(callId);
    }
  },
  cancel: (callId) => ipcRenderer.send(CHANNELS.cancel, callId),
  desktop: (call, input) => ipcRenderer.invoke(CHANNELS.desktop, call, input),
  onEvent: (listener) => {
    eventListeners.add(listener);
    return () => {
      eventListeners.delete(listener);
    };
  },
  pathForFile: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('eventAudit', bridge);
