/** Die Wörter der Zeiträume, die an einem Ereignis hängen, auf Deutsch. */
import type { Words } from './words.ts';

export const deMoments: Pick<Words, 'moments'> = {
  moments: {
    before: 'Die zehn Minuten davor',
    around: 'Zehn Minuten davor und danach',
    day: 'Dieser Tag: {{date}}',
    from: 'Ab hier',
    to: 'Bis hier',
    actorBefore: 'Von {{actor}} in den zehn Minuten davor',
  },
};
