/** What the shell said about itself at the start. */
import { create } from 'zustand';
import type { AppInfo } from '../../shared/desktop.ts';

export const useAppInfo = create<{ readonly info: AppInfo | undefined }>(() => ({ info: undefined }));
