import type { ComponentChildren } from 'preact';
import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';

/** What all pages of an interaction know. */
export interface InteractionFrame {
  /** Path of the interaction; its forms post below it. */
  action: string;
  /** Name of the application that sent the person here. */
  application: string;
}

export function InteractionLayout({
  frame,
  title,
  scripts = [],
  children,
}: {
  frame: InteractionFrame;
  title: string;
  scripts?: readonly string[];
  children: ComponentChildren;
}) {
  const { application } = useTexts();
  return (
    <Layout title={title} scripts={scripts}>
      <hgroup>
        <h1>{title}</h1>
        <p>{application.toContinueTo(<strong>{frame.application}</strong>)}</p>
      </hgroup>
      {children}
      <form method="post" action={`${frame.action}/abort`} class="quiet">
        <button type="submit" class="link">
          {application.cancel}
        </button>
      </form>
    </Layout>
  );
}
