/** Whether the engine process runs, as the shell reports it. */
import { create } from 'zustand';

interface EngineState {
  readonly state: 'running' | 'restarting' | 'failed';
  /** How often it came back. */
  readonly restarts: number;
}

export const useEngine = create<EngineState>(() => ({ state: 'running', restarts: 0 }));
