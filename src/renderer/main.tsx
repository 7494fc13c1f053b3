/** The window's entry: mounts the application. */
import { createRoot } from 'react-dom/client';

const root = document.querySelector('#root');
if (root !== null) createRoot(root).render(<p>Event Audit Viewer</p>);
