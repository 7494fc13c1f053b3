/** The one dialog that is open. */
import { assertNever } from '../../../shared/errors.ts';
import { useDialog } from '../../stores/dialogs.ts';
import { RejectsDialog } from '../evidence/rejects-dialog.tsx';
import { VerifyDialog } from '../evidence/verify-dialog.tsx';
import { ExportDialog } from '../export/export-dialog.tsx';
import { ConnectionDialog } from '../sources/connection-dialog.tsx';
import { AboutDialog } from './about-dialog.tsx';
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
    case 'verify':
      return <VerifyDialog />;
    case 'rejects':
      return <RejectsDialog />;
    case 'keys':
      return <KeysDialog />;
    case 'about':
      return <AboutDialog />;
    default:
      return assertNever(dialog);
  }
}
