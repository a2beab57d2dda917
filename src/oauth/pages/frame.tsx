import type { ComponentChildren } from 'preact';
import { Layout } from '../../ui/layout.js';

/** What all pages of an interaction know. */
export interface InteractionFrame {
  appName: string;
  /** Path of the interaction; its forms post below it. */
  action: string;
  /** Name of the application that sent the person here. */
  application: string;
}

export function InteractionLayout({
  frame,
  title,
  children,
}: {
  frame: InteractionFrame;
  title: string;
  children: ComponentChildren;
}) {
  return (
    <Layout title={title} appName={frame.appName}>
      <hgroup>
        <h1>{title}</h1>
        <p>
          to continue to <strong>{frame.application}</strong>
        </p>
      </hgroup>
      {children}
      <form method="post" action={`${frame.action}/abort`} class="quiet">
        <button type="submit" class="link">
          Cancel and go back
        </button>
      </form>
    </Layout>
  );
}
