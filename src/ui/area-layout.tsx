import type { ComponentChildren } from 'preact';
import { Layout } from './layout.js';
import { AreaNav, type NavItem } from './parts.js';

export interface AreaLayoutProps {
  title: string;
  lead?: string | undefined;
  /** Name of the area, for screen readers. */
  area: string;
  items: readonly NavItem[];
  /** Address of the page within the area. */
  current: string;
  width?: 'wide' | 'full';
  scripts?: readonly string[];
  children: ComponentChildren;
}

/** A page of an area with several: its pages beside it, on a phone above it. */
export function AreaLayout(props: AreaLayoutProps) {
  const { title, lead, area, items, current, width = 'wide', scripts = [], children } = props;
  return (
    <Layout title={title} width={width} scripts={scripts}>
      <div class="area">
        <AreaNav label={area} items={items} current={current} />
        <div class="area-content">
          <hgroup>
            <h1>{title}</h1>
            {lead && <p>{lead}</p>}
          </hgroup>
          {children}
        </div>
      </div>
    </Layout>
  );
}
