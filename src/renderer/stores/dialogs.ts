/** Which dialog is open, and what it was opened with. One at a time. */
import { create } from 'zustand';
import type { SavedView } from '../../shared/actions/models.ts';
import type { ErrorReply } from '../../shared/errors.ts';

export type DialogState =
  | { readonly name: 'none' }
  | {
      readonly name: 'connect';
      /** The source to start from; `''` for a new one. */
      readonly url: string;
      /** Why the store did not open, when that is what brought the dialog up. */
      readonly error?: ErrorReply | undefined;
    }
  | { readonly name: 'export' }
  | { readonly name: 'save' }
  /** Keeps what is shown, or renames a kept view. */
  | { readonly name: 'save-view'; readonly of: SavedView | undefined }
  /** `text` is a view that came from outside and names stores nobody has opened here. */
  | { readonly name: 'paste-view'; readonly text?: string }
  | { readonly name: 'rename-tab'; readonly id: string }
  | { readonly name: 'notes' }
  | { readonly name: 'names' }
  | { readonly name: 'plugins' }
  | { readonly name: 'admin' }
  | { readonly name: 'verify' }
  | { readonly name: 'rejects' }
  | { readonly name: 'keys' }
  | { readonly name: 'about' }
  | { readonly name: 'licences' }
  /** Two snapshots that were compared. */
  | { readonly name: 'differences'; readonly before: string; readonly after: string };

export const useDialog = create<{ readonly dialog: DialogState }>(() => ({ dialog: { name: 'none' } }));

export function openDialog(dialog: DialogState): void {
  useDialog.setState({ dialog });
}

export function closeDialog(): void {
  useDialog.setState({ dialog: { name: 'none' } });
}
