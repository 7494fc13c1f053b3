/**
 * Secrets of connections, encrypted by the operating system's key store. Where Linux has none, Electron would use a key
 * that anyone can know (`basic_text`): that is refused unless the person allows it for this secret. The synchronous calls
 * of safeStorage are used because its asynchronous ones end the whole process where there is no key store (Electron 42).
 */
import { safeStorage } from 'electron';
import { z } from 'zod';
import { sourceSecretsSchema, type SourceSecrets } from '../../shared/source-url.ts';
import type { AppInfo } from '../../shared/desktop.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const fileSchema = z.object({
  /** By connection id: base64 of the encrypted JSON object of secrets. */
  entries: z.record(z.string(), z.object({ encrypted: z.string(), basic_text: z.boolean() })).default({}),
});
type Entries = Readonly<z.infer<typeof fileSchema>['entries']>;

export interface SecretStore {
  /**
   * Adds to what is kept for a connection; a secret of the same name is replaced. Returns false when the system can't keep
   * secrets, or only badly and `allowBasicText` is false.
   */
  readonly store: (connectionId: string, secrets: SourceSecrets, allowBasicText: boolean) => boolean;
  readonly has: (connectionId: string) => boolean;
  /** `undefined` when none are kept, or when the key store can't open them any more (another user, a new key). */
  readonly get: (connectionId: string) => SourceSecrets | undefined;
  readonly forget: (connectionId: string) => void;
}

/** What this system's key store is worth. Only right after the app is ready. */
export function secretStorage(): AppInfo['secret_storage'] {
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return 'basic_text';
  return safeStorage.isEncryptionAvailable() ? 'available' : 'unavailable';
}

/** Opens the secrets in this file. Only right after the app is ready. */
export function openSecrets(path: string): SecretStore {
  let entries: Entries = readJsonFile(path, fileSchema).entries;
  const write = (next: Entries): void => {
    writeJsonFile(path, { entries: next });
    entries = next;
  };
  return {
    store: (connectionId, secrets, allowBasicText) => {
      const storage = secretStorage();
      if (storage === 'unavailable' || (storage === 'basic_text' && !allowBasicText)) return false;
      const before = Object.hasOwn(entries, connectionId) ? entries[connectionId] : undefined;
      const all = { ...(before && decrypt(before)), ...secrets };
      useBasicText(storage === 'basic_text');
      const encrypted = safeStorage.encryptString(JSON.stringify(all)).toString('base64');
      write({ ...entries, [connectionId]: { encrypted, basic_text: storage === 'basic_text' } });
      return true;
    },
    has: (connectionId) => Object.hasOwn(entries, connectionId),
    get: (connectionId) => {
      const entry = Object.hasOwn(entries, connectionId) ? entries[connectionId] : undefined;
      return entry === undefined ? undefined : decrypt(entry);
    },
    forget: (connectionId) => {
      if (!Object.hasOwn(entries, connectionId)) return;
      write(Object.fromEntries(Object.entries(entries).filter(([id]) => id !== connectionId)));
    },
  };
}

function decrypt(entry: Entries[string]): SourceSecrets | undefined {
  useBasicText(entry.basic_text);
  try {
    const text = safeStorage.decryptString(Buffer.from(entry.encrypted, 'base64'));
    return sourceSecretsSchema.parse(JSON.parse(text));
  } catch {
    // Nothing of the reason is logged: it could quote what was decrypted. The store will ask for a password.
    return undefined;
  }
}

function useBasicText(wanted: boolean): void {
  if (process.platform === 'linux' && wanted) safeStorage.setUsePlainTextEncryption(true);
}
