/** The words of the time ranges that hang on one event; in English. */
export const enMoments = {
  moments: {
    before: 'The ten minutes before',
    around: 'Ten minutes before and after',
    day: 'This day: {{date}}',
    from: 'From here on',
    to: 'Up to here',
    actorBefore: 'By {{actor}} in the ten minutes before',
  },
} as const;
