/** The one dialog that is open. */
import { assertNever } from '../../../shared/errors.ts';
import { useDialog } from '../../stores/dialogs.ts';
import { NotesDialog } from '../evidence/notes-dialog.tsx';
import { DifferencesDialog } from '../evidence/differences-dialog.tsx';
import { RejectsDialog } from '../evidence/rejects-dialog.tsx';
import { VerifyDialog } from '../evidence/verify-dialog.tsx';
import { ExportDialog } from '../export/export-dialog.tsx';
import { SaveDialog } from '../evidence/save-dialog.tsx';
import { AdminDialog } from '../admin/admin-dialog.tsx';
import { PluginsDialog } from '../admin/plugins-dialog.tsx';
import { NamesDialog } from '../names/names-dialog.tsx';
import { ConnectionDialog } from '../sources/connection-dialog.tsx';
import { RenameTabDialog } from '../tabs/rename-tab-dialog.tsx';
import { PasteViewDialog } from '../views/paste-view-dialog.tsx';
import { SaveViewDialog } from '../views/save-view-dialog.tsx';
import { AboutDialog } from './about-dialog.tsx';
import { LicencesDialog } from './licences-dialog.tsx';
import { KeysDialog } from './keys-dialog.tsx';

export function Dialogs() {
  const dialog = useDialog((state) => state.dialog);
  switch (dialog.name) {
    case 'none':
      return null;
    case 'connect':
      return <ConnectionDialog url={dialog.url} error={dialog.error} />;
    case 'export':
      return <ExportDialog />;
    case 'save':
      return <SaveDialog />;
    case 'save-view':
      return <SaveViewDialog of={dialog.of} />;
    case 'notes':
      return <NotesDialog />;
    case 'names':
      return <NamesDialog />;
    case 'paste-view':
      return <PasteViewDialog text={dialog.text ?? ''} />;
    case 'rename-tab':
      return <RenameTabDialog id={dialog.id} />;
    case 'plugins':
      return <PluginsDialog />;
    case 'admin':
      return <AdminDialog />;
    case 'verify':
      return <VerifyDialog />;
    case 'rejects':
      return <RejectsDialog />;
    case 'keys':
      return <KeysDialog />;
    case 'differences':
      return <DifferencesDialog before={dialog.before} after={dialog.after} />;
    case 'licences':
      return <LicencesDialog />;
    case 'about':
      return <AboutDialog />;
    default:
      return assertNever(dialog);
  }
}
