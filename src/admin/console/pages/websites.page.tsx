import type { Page } from '../../../common/pagination.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Empty, Moment, Pager, Section, Table } from '../../../ui/parts.js';
import type { Website } from '../../../websites/website.entity.js';
import { ConsoleLayout } from './console-layout.js';
import { Links } from './settings-parts.js';

export function WebsitesPage({ list, done }: { list: Page<Website>; done: string | undefined }) {
  const { websites } = useTexts().consoleSettings;
  return (
    <ConsoleLayout page="websites" role="admin" lead={websites.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      <Links links={[['/admin/websites/new', websites.add]]} />
      {list.rows.length === 0 ? <Empty>{websites.empty}</Empty> : <List rows={list.rows} />}
      <Pager {...list} hrefOf={(page) => `/admin/websites?page=${page}`} />
    </ConsoleLayout>
  );
}

function List({ rows }: { rows: readonly Website[] }) {
  const { websites } = useTexts().consoleSettings;
  return (
    <Table
      caption={websites.caption}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: websites.host, cell: ({ id, host }) => <a href={`/admin/websites/${id}`}>{host}</a> },
        { title: websites.name, cell: ({ name }) => name },
        { title: websites.looks, cell: (website) => <Colors {...website} /> },
        { title: websites.changedAt, cell: ({ updatedAt }) => <Moment at={updatedAt} dateOnly /> },
      ]}
    />
  );
}

/** The colours as they are: a presentation attribute of SVG is no inline style. */
function Colors({ primaryColor, backgroundColor }: Pick<Website, 'primaryColor' | 'backgroundColor'>) {
  const { websites } = useTexts().consoleSettings;
  const colors = [primaryColor, backgroundColor].filter((color) => color !== null);
  if (colors.length === 0) return <>{websites.usual}</>;
  return (
    <span class="badges">
      {colors.map((color) => (
        <Swatch key={color} color={color} />
      ))}
    </span>
  );
}

/** A colour and what it is called. */
export function Swatch({ color }: { color: string }) {
  return (
    <span class="swatch">
      <svg width="18" height="18" aria-hidden="true" focusable="false">
        <rect x="1" y="1" width="16" height="16" rx="4" fill={color} />
      </svg>
      <code>{color}</code>
    </span>
  );
}

export function DeleteWebsitePage({ id, host }: Pick<Website, 'id' | 'host'>) {
  const { consoleSettings, shell } = useTexts();
  const { remove } = consoleSettings.websites;
  return (
    <ConsoleLayout page="websites" role="admin" title={remove.title(host)}>
      <Section title={host}>
        <p>{remove.lead}</p>
        <Form action={`/admin/websites/${id}/delete`} submit={remove.submit} tone="danger" />
        <p class="links">
          <a href={`/admin/websites/${id}`}>{shell.cancel}</a>
        </p>
      </Section>
    </ConsoleLayout>
  );
}
