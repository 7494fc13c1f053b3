/** The only place where messages of the window come in: checks who sends and what, then hands them on. */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { z } from 'zod';
import { CHANNELS } from '../../shared/channels.ts';
import { isActionName, type Reply } from '../../shared/contract.ts';
import type { DesktopCall } from '../../shared/desktop.ts';
import { AppError, toErrorReply } from '../../shared/errors.ts';
import { APP_ORIGIN } from './app-scheme.ts';
import type { DesktopCalls } from './desktop-calls.ts';
import type { RunAction } from './engine-calls.ts';
import { log } from './log.ts';

const callIdSchema = z.string().min(1).max(100);

/** Opens the gate. Every other message, and every message from another page or frame, is refused. */
export function openGate(runAction: RunAction, desktopCalls: DesktopCalls): void {
  const calls = new WindowCalls();

  ipcMain.handle(CHANNELS.call, async (event, callId: unknown, action: unknown, input: unknown) => {
    const window = trustedSender(event);
    const id = callIdSchema.safeParse(callId);
    if (!id.success || typeof action !== 'string' || !isActionName(action)) return refused('There is no such action.');
    const controller = calls.begin(window, id.data);
    try {
      return await runAction(action, input, {
        signal: controller.signal,
        onProgress: (progress) => {
          if (!window.isDestroyed()) window.send(CHANNELS.progress, id.data, progress);
        },
      });
    } finally {
      calls.end(window, id.data, controller);
    }
  });

  ipcMain.on(CHANNELS.cancel, (event, callId: unknown) => {
    const id = callIdSchema.safeParse(callId);
    if (id.success) calls.cancel(trustedSender(event), id.data);
  });

  ipcMain.handle(CHANNELS.desktop, (event, call: unknown, input: unknown) => {
    const window = trustedSender(event);
    if (!isDesktopCall(call, desktopCalls)) return refused('There is no such call.');
    return desktopCalls[call](input, window);
  });
}

/** The calls under way of each window; a page that goes away takes its calls with it. */
class WindowCalls {
  readonly #windows = new Map<WebContents, Map<string, AbortController>>();

  begin(window: WebContents, id: string): AbortController {
    const calls = this.#windows.get(window) ?? this.#watch(window);
    const controller = new AbortController();
    calls.set(id, controller);
    return controller;
  }

  end(window: WebContents, id: string, controller: AbortController): void {
    const calls = this.#windows.get(window);
    // A reloaded page numbers its calls anew: only remove what is really this one.
    if (calls?.get(id) === controller) calls.delete(id);
  }

  cancel(window: WebContents, id: string): void {
    this.#windows.get(window)?.get(id)?.abort();
  }

  #watch(window: WebContents): Map<string, AbortController> {
    const calls = new Map<string, AbortController>();
    this.#windows.set(window, calls);
    const cancelAll = (): void => {
      for (const controller of calls.values()) controller.abort();
      calls.clear();
    };
    window.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) cancelAll();
    });
    window.on('render-process-gone', cancelAll);
    window.once('destroyed', () => {
      cancelAll();
      this.#windows.delete(window);
    });
    return calls;
  }
}

/** @throws Error when the message is not from the main frame of our own page. */
function trustedSender(event: IpcMainEvent | IpcMainInvokeEvent): WebContents {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null || frame.origin !== APP_ORIGIN) {
    log('a message from a foreign page was refused');
    throw new Error('Refused.');
  }
  return event.sender;
}

function isDesktopCall(call: unknown, desktopCalls: DesktopCalls): call is DesktopCall {
  return typeof call === 'string' && Object.hasOwn(desktopCalls, call);
}

function refused(message: string): Reply<never> {
  return { ok: false, error: toErrorReply(new AppError('invalid_input', message)) };
}
