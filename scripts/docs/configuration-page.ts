/** docs/configuration.md, made from the table of settings. */
import {
  environmentNameOf,
  iniNamesOf,
  OPTION_NAMES,
  optionOf,
  optionText,
  type Option,
} from '../../src/shared/options.ts';

const INTRODUCTION = `# Configuration

The product records what is done in it (see [tracking](tracking.md)). These are its settings, made from \`src/shared/options.ts\` by
\`npm run generate:docs\`; a test fails when this page is not up to date.

A setting is looked up in this order; the first place that has it wins:

1. the command line: \`--set NAME=VALUE\`, as often as needed;
2. the environment: the variable in the table;
3. a \`ckan.ini\` that is named with \`--config=FILE\`, \`EVENT_AUDIT_CONFIG\` or in the settings: section \`[app:main]\`;
4. the settings made in the app or with \`event-audit config --save NAME=VALUE\`;
5. the default.

\`event-audit config\` prints each value and where it comes from. A value that can't be is an error that names the file, the line and what
is allowed. So is a name below \`ckanext.event_audit.\` that this version does not know: correct it, or name a copy of the file without it.
While settings are wrong, stores are read all the same, with a warning; what is done is recorded by the default rules, and waits. A
variable \`EVENT_AUDIT_…\` that is nearly a setting's is an error, too; any other unknown one is a warning, since other programs may have set it. Lists may be written with white space or commas. Switches are
\`true\`, \`yes\`, \`on\`, \`1\` or \`false\`, \`no\`, \`off\`, \`0\`, in any case. Names of models, actions and categories are case-sensitive.
Secrets (marked below) are never stored by the product, never shown and never recorded.

`;

/** The whole page as Markdown. */
export function configurationPage(): string {
  const sections = OPTION_NAMES.map((name) => {
    const option = optionOf(name);
    const [ini = '', ...aliases] = iniNamesOf(name);
    return [
      `## ${name}`,
      '',
      option.summary,
      '',
      `- Type: ${typeText(option)}`,
      `- Default: ${defaultText(option)}`,
      `- In a ckan.ini: \`${ini}\`${aliases.map((alias) => `, also met as \`${alias}\``).join('')}`,
      `- Environment: \`${environmentNameOf(name)}\``,
      ...(option.secret === true ? ['- Secret: shown as dots'] : []),
      '',
    ].join('\n');
  });
  return `${INTRODUCTION}${sections.join('\n')}`;
}

function typeText(option: Option): string {
  switch (option.type) {
    case 'number':
      return `whole number of ${option.unit}, ${option.min} to ${option.max}`;
    case 'list':
      return 'list';
    case 'switch':
      return 'switch';
    case 'text':
      return 'text';
    default:
      return option satisfies never;
  }
}

function defaultText(option: Option): string {
  const text = optionText(option.default);
  return text === '' ? 'empty' : `\`${text}\``;
}
