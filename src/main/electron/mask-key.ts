/**
 * The key of pseudonyms: made here, kept by the operating system's key store where there is one, else until the app ends. The
 * window learns its name only; it reaches the engine with the call that needs it.
 */
import { randomBytes } from 'node:crypto';
import { clipboard } from 'electron';
import type { MaskKeyState } from '../../shared/desktop.ts';
import { AppError } from '../../shared/errors.ts';
import { Pseudonyms } from '../engine/export/mask/pseudonyms.ts';
import type { SecretStore } from './secrets.ts';

/** Under which the key store keeps it; no connection has such an id. */
const ENTRY = 'mask-key';
const NAME = 'secret';
const KEY = /^[0-9a-f]{64}$/i;

export interface MaskKey {
  readonly state: () => MaskKeyState;
  /** Makes one where there is none, or a new one in its place. */
  readonly make: (replace: boolean) => MaskKeyState;
  /** Puts it on the clipboard, for the command or a colleague. */
  readonly copy: () => Promise<void>;
  /** Takes one from the clipboard. @throws AppError `invalid_input` when there is none */
  readonly paste: () => Promise<MaskKeyState>;
  /** @throws AppError `invalid_input` when there is none */
  readonly secret: () => string;
}

export function maskKey(secrets: SecretStore): MaskKey {
  let ofSession: string | undefined;
  const current = (): string | undefined => ofSession ?? secrets.get(ENTRY)?.[NAME];
  const state = (): MaskKeyState => {
    const key = current();
    if (key === undefined) return { key_id: null, kept: 'none' };
    return { key_id: new Pseudonyms(key).keyId, kept: ofSession === undefined ? 'store' : 'session' };
  };
  const keep = (key: string): MaskKeyState => {
    const isKept = secrets.store(ENTRY, { [NAME]: key }, false);
    ofSession = isKept ? undefined : key;
    return state();
  };
  const secret = (): string => {
    const key = current();
    if (key === undefined) throw new AppError('invalid_input', 'There is no key to mask with. Make one first.');
    return key;
  };
  return {
    state,
    make: (replace) => (current() === undefined || replace ? keep(randomBytes(32).toString('hex')) : state()),
    copy: async () => {
      await clipboard.writeText(secret());
    },
    paste: async () => {
      const text = (await clipboard.readText()).trim();
      if (!KEY.test(text)) {
        throw new AppError('invalid_input', 'The clipboard holds no key: 64 hexadecimal digits. Nothing was changed.');
      }
      return keep(text.toLowerCase());
    },
    secret,
  };
}
