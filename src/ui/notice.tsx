import type { ComponentChildren } from 'preact';

/** Something the reader should know now, good or bad. */
export function Notice({ kind, children }: { kind: 'success' | 'problem'; children: ComponentChildren }) {
  return (
    <p class={`notice ${kind}`} role={kind === 'problem' ? 'alert' : 'status'}>
      {children}
    </p>
  );
}
