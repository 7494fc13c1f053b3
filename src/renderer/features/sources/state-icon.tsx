/** How an open source is, as one small sign: read, being read, to be asked about, failed, watched. */
import { Loader } from '@mantine/core';
import { CircleAlert, CircleDot, CircleHelp, Layers, Radio } from 'lucide-react';
import type { OpenSource } from '../../stores/sources.ts';

export function StateIcon({ source }: { readonly source: OpenSource }) {
  const { work, lost, error, status, live, estimate, refs } = source;
  if (live) return <Radio size={11} color="var(--focused)" aria-hidden />;
  if (work !== undefined) return <Loader size={10} />;
  if (estimate !== undefined) return <CircleHelp size={11} aria-hidden />;
  if (lost || (error !== undefined && status === undefined)) {
    return <CircleAlert size={11} className="wrong" aria-hidden />;
  }
  const Icon = refs.length > 1 ? Layers : CircleDot;
  return <Icon size={11} color="var(--focused)" aria-hidden />;
}
