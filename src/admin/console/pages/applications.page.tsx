import type { Application } from '../../../applications/application.entity.js';
import type { Page } from '../../../common/pagination.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Empty, Moment, Pager, Table } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Links } from './settings-parts.js';

export interface ApplicationsPageProps {
  list: Page<Application>;
  done: string | undefined;
}

export function ApplicationsPage({ list, done }: ApplicationsPageProps) {
  const { applications } = useTexts().consoleSettings;
  return (
    <ConsoleLayout page="applications" role="admin" lead={applications.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      <Links links={[['/admin/applications/new', applications.add]]} />
      {list.rows.length === 0 ? <Empty>{applications.empty}</Empty> : <List rows={list.rows} />}
      <Pager {...list} hrefOf={(page) => `/admin/applications?page=${page}`} />
    </ConsoleLayout>
  );
}

function List({ rows }: { rows: readonly Application[] }) {
  const { applications } = useTexts().consoleSettings;
  return (
    <Table
      caption={applications.caption}
      rows={rows}
      keyOf={({ uid }) => uid}
      columns={[
        { title: applications.name, cell: ({ uid, name }) => <a href={`/admin/applications/${uid}`}>{name}</a> },
        { title: applications.uid, cell: ({ uid }) => <code>{uid}</code> },
        { title: applications.kind, cell: ({ kind }) => applications.kinds[kind] },
        { title: applications.traits, cell: (application) => <Traits {...application} /> },
        { title: applications.since, cell: ({ createdAt }) => <Moment at={createdAt} dateOnly /> },
      ]}
    />
  );
}

/** What makes it more trusted than others. */
export function Traits({ firstParty, skipConsent }: Pick<Application, 'firstParty' | 'skipConsent'>) {
  const { applications } = useTexts().consoleSettings;
  if (!firstParty && !skipConsent) return <>–</>;
  return (
    <span class="badges">
      {firstParty && <Badge tone="plain">{applications.ours}</Badge>}
      {skipConsent && <Badge tone="waiting">{applications.noConsent}</Badge>}
    </span>
  );
}
