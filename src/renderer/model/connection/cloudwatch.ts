/** Region and log group, which share the path of a CloudWatch URL: `cloudwatch:REGION/GROUP`. */
import type { Lens, UrlParts } from './lens.ts';

function split({ path }: UrlParts): { readonly region: string; readonly group: string } {
  const slash = path.indexOf('/');
  return slash === -1 ? { region: path, group: '' } : { region: path.slice(0, slash), group: path.slice(slash + 1) };
}

function join(region: string, group: string): string {
  return group === '' ? region : `${region}/${group}`;
}

export const REGION: Lens = {
  get: (url) => split(url).region,
  set: (url, value) => ({ ...url, path: join(value.replaceAll(/[\s/?]/g, ''), split(url).group) }),
};

export const GROUP: Lens = {
  get: (url) => split(url).group,
  set: (url, value) => ({ ...url, path: join(split(url).region, value.replaceAll(/[\s?]/g, '')) }),
};
