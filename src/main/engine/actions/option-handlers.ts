/** Handlers of the actions on settings. */
import { environmentNameOf, iniNameOf, optionOf, optionText } from '../../../shared/options.ts';
import type { EffectiveOptionView } from '../../../shared/actions/options.ts';
import type { OptionService } from '../config/option-service.ts';
import type { EffectiveOption } from '../config/resolve-options.ts';
import type { Handlers } from './handlers.ts';

type Names = 'event_audit_get_options' | 'event_audit_set_option';

export function optionHandlers({ options }: { readonly options: OptionService }): Pick<Handlers, Names> {
  const all = async () => {
    const { options: found, warnings } = await options.effective();
    return { options: found.map(view), warnings: [...warnings], ini: (await options.ini()) ?? null };
  };
  return {
    event_audit_get_options: all,
    event_audit_set_option: async ({ name, text }, { actor }) => {
      await options.set(name, text, actor);
      return all();
    },
  };
}

function view({ name, value, origin, place }: EffectiveOption): EffectiveOptionView {
  const option = optionOf(name);
  const secret = option.secret === true;
  const hide = (text: string): string => (secret && text !== '' ? '••••••' : text);
  return {
    name,
    type: option.type,
    summary: option.summary,
    text: hide(optionText(value)),
    default_text: optionText(option.default),
    origin,
    place,
    secret,
    environment: environmentNameOf(name),
    ini: iniNameOf(name),
    changeable: !secret && (origin === 'settings' || origin === 'default'),
  };
}
