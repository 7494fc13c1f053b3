/** The time zone of everything on screen: every zone can be scrolled to, or found by typing a part of its name. */
import { Select, type OptionsFilter } from '@mantine/core';
import { memo, useMemo, useRef, useState } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { timeZones } from '../../model/time-format.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { PART } from './window-parts.ts';
import classes from './zone-select.module.css';

/** Zones are written with underscores, and asked for with blanks. */
const byName: OptionsFilter = ({ options, search }) => {
  const wanted = search.trim().toLowerCase().replaceAll(/\s+/g, '_');
  return options.filter((one) => 'label' in one && one.label.toLowerCase().includes(wanted));
};

// Every step of a capture, and every answer, draws what is around it anew.
export const ZoneSelect = memo(Zone);

function Zone() {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const [isOpened, setOpened] = useState(false);
  // All zones are worth their while only when they are seen. The one that is set comes first either way.
  const zones = useMemo(() => (isOpened ? [...new Set([zone, ...timeZones()])] : [zone]), [zone, isOpened]);
  const box = useRef<HTMLInputElement>(null);
  return (
    <Select
      ref={box}
      data-part={PART.timeZone}
      style={{ width: `calc(${String(zone.length)}ch + 40px)` }}
      classNames={{ root: classes.zone ?? '', input: classes.box ?? '' }}
      size="xs"
      variant="unstyled"
      aria-label={t('status.zone')}
      title={`${t('status.zone')}: ${zone}`}
      data={zones}
      value={zone}
      searchable
      selectFirstOptionOnChange
      allowDeselect={false}
      filter={byName}
      nothingFoundMessage={t('palette.nothing')}
      maxDropdownHeight={320}
      comboboxProps={{ position: 'top-start', width: 220 }}
      data-testid="status-zone"
      // What is typed takes the place of the zone that stands there.
      onDropdownOpen={() => {
        setOpened(true);
        box.current?.select();
      }}
      onChange={(value) => {
        if (value !== null) setPreferences({ time_zone: value });
      }}
    />
  );
}
